"""The drawing's measures in pixels, and the column that each of the two zones is."""

from dataclasses import dataclass

from infra.report.drawing.facts import Facts, Zone
from infra.report.drawing.picture import Align, LineStyle, Rect, Side

WIDTH = 1100.0
MARGIN = 20.0
MIDDLE = WIDTH / 2
ICON = 48.0
APART = 12.0  # of each flow's line from the middle between the two
ZONE_WIDTH = 370.0
BETWEEN = 208.0  # the zones: here is what spans both

INNER = 49.0  # of the icons that requests pass, from the zone's inner border
OUTER = 34.0

USERS_Y = 52.0
CLOUD_Y = 128.0
ROUTE53_Y = 152.0
REGION_Y = 226.0
VPC_Y = 256.0
GATEWAY_Y = 272.0
ZONES_Y = 336.0
PUBLIC_Y = ZONES_Y + 30
PUBLIC_HEIGHT = 126.0
PRIVATE_Y = PUBLIC_Y + PUBLIC_HEIGHT + 58
NODES_Y = PUBLIC_Y + 58
TASK_Y = PRIVATE_Y + 50
TASK_HEIGHT = 88.0
DATABASE_Y = TASK_Y + TASK_HEIGHT + 48


@dataclass(frozen=True)
class Column:
    """One zone's side of the drawing: what is outer and inner to it, seen from the middle."""

    zone: Zone
    index: int

    @property
    def key(self) -> str:
        """The zone's short name, `1a`, which ids and routes use."""
        return short(self.zone.name)

    @property
    def left(self) -> bool:
        return self.index == 0

    @property
    def x(self) -> float:
        return MIDDLE - BETWEEN / 2 - ZONE_WIDTH if self.left else MIDDLE + BETWEEN / 2

    @property
    def outward(self) -> Side:
        return "left" if self.left else "right"

    @property
    def inward(self) -> Side:
        return "right" if self.left else "left"

    @property
    def align(self) -> Align:
        return "left" if self.left else "right"

    def rect(self, inset: float, y: float, height: float) -> Rect:
        """A frame as wide as the zone less the inset on either side."""
        return Rect(self.x + inset, y, ZONE_WIDTH - 2 * inset, height)

    def from_outer(self, distance: float, y: float) -> Rect:
        """An icon this far from the zone's outer border."""
        x = self.x + distance if self.left else self.x + ZONE_WIDTH - distance - ICON
        return Rect(x, y, ICON, ICON)

    def from_inner(self, distance: float, y: float) -> Rect:
        """An icon this far from the zone's inner border."""
        return self.from_outer(ZONE_WIDTH - distance - ICON, y)

    def inner_edge(self, rect: Rect) -> float:
        """Where the zone's own shape faces the middle."""
        return rect.right if self.left else rect.x

    def facing(self, rect: Rect) -> float:
        """Where a shape in the middle faces the zone."""
        return rect.x if self.left else rect.right

    def beside(self, rect: Rect) -> float:
        """The middle of a disc on the inner side of the zone's own shape."""
        return self.inner_edge(rect) + (14 if self.left else -14)


def flows(facts: Facts) -> tuple[tuple[LineStyle, float], ...]:
    """The traffic flows and how far right of the common middle each runs."""
    if facts.database is None:
        return (("page", 0.0),)
    return (("page", -APART), ("favorites", APART))


def spine(y: float) -> Rect:
    """An icon's place in the middle, between the zones."""
    return Rect(MIDDLE - ICON / 2, y, ICON, ICON)


def private_height(facts: Facts) -> float:
    """The private subnets' height: lower where there is no database."""
    return (DATABASE_Y + 78 if facts.database else TASK_Y + TASK_HEIGHT + 16) - PRIVATE_Y


def short(zone: str) -> str:
    """`1a` of `ap-northeast-1a`."""
    return zone.rsplit("-", 1)[-1]
