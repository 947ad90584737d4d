"""The drawing's measures in pixels, and the column of each zone."""

from dataclasses import dataclass
from typing import Literal

from infra.drawing.facts import Facts, Zone
from infra.drawing.picture import LineStyle, Rect, Side

WIDTH = 1100.0
MARGIN = 20.0
MIDDLE = WIDTH / 2
ICON = 48.0
APART = 12.0  # from the middle to the line of either flow
ZONE_WIDTH = 370.0
BETWEEN = 208.0  # between the zones, for what spans both

INNER = 49.0  # from the zone's inner border to the icons that requests pass
OUTER = 34.0

USERS_Y = 52.0
CLOUD_Y = 128.0
ROUTE53_Y = 152.0
EDGE_Y = 232.0
PUBLIC_HEIGHT = 126.0
TASK_HEIGHT = 88.0
TITLE = 58.0  # from a subnet's upper border to the icons below its title

EDGE_ROW = 80.0
NODES_ROW = 170.0


class Rows:
    """Where the rows begin that depend on the design.

    CloudFront has a row of its own above the region, and its balancer one in the private subnets.
    """

    def __init__(self, facts: Facts) -> None:
        self.region = 226.0 + (EDGE_ROW if facts.cdn else 0)
        self.vpc = self.region + 30
        self.gateway = self.region + 46
        self.zones = self.region + 110
        self.public = self.zones + 30
        self.private = self.public + PUBLIC_HEIGHT + 58
        self.nodes = (self.private if facts.cdn else self.public) + TITLE
        self.task = self.private + 50 + (NODES_ROW if facts.cdn else 0)
        self.database = self.task + TASK_HEIGHT + 48
        end = self.database + 78 if facts.database else self.task + TASK_HEIGHT + 16
        self.private_height = end - self.private


@dataclass(frozen=True)
class Column:
    """A zone's side of the drawing; inner is towards the middle."""

    zone: Zone
    index: int

    @property
    def key(self) -> str:
        """The zone's short name, such as `1a`."""
        return short(self.zone.name)

    @property
    def left(self) -> bool:
        return self.index == 0

    @property
    def x(self) -> float:
        return MIDDLE - BETWEEN / 2 - ZONE_WIDTH if self.left else MIDDLE + BETWEEN / 2

    @property
    def outward(self) -> Literal["left", "right"]:
        """Towards the outer border, to which titles are aligned too."""
        return "left" if self.left else "right"

    @property
    def inward(self) -> Side:
        return "right" if self.left else "left"

    def rect(self, inset: float, y: float, height: float) -> Rect:
        """A frame as wide as the zone, less the inset on either side."""
        return Rect(self.x + inset, y, ZONE_WIDTH - 2 * inset, height)

    def from_outer(self, distance: float, y: float) -> Rect:
        """An icon this far from the zone's outer border."""
        x = self.x + distance if self.left else self.x + ZONE_WIDTH - distance - ICON
        return Rect(x, y, ICON, ICON)

    def from_inner(self, distance: float, y: float) -> Rect:
        """An icon this far from the zone's inner border."""
        return self.from_outer(ZONE_WIDTH - distance - ICON, y)

    def inner_edge(self, rect: Rect) -> float:
        """The x at which a shape of the zone faces the middle."""
        return rect.right if self.left else rect.x

    def facing(self, rect: Rect) -> float:
        """The x at which a shape in the middle faces the zone."""
        return rect.x if self.left else rect.right

    def beside(self, rect: Rect) -> float:
        """The center of a disc on the inner side of a shape of the zone."""
        return self.inner_edge(rect) + (14 if self.left else -14)


def flows(facts: Facts) -> tuple[tuple[LineStyle, float], ...]:
    """The traffic flows, and the offset of each from their common middle."""
    if facts.database is None:
        return (("page", 0.0),)
    return (("page", -APART), ("data", APART))


def spine(y: float) -> Rect:
    """An icon's place in the middle, between the zones."""
    return Rect(MIDDLE - ICON / 2, y, ICON, ICON)


def short(zone: str) -> str:
    """`1a` of `ap-northeast-1a`."""
    return zone.rsplit("-", 1)[-1]
