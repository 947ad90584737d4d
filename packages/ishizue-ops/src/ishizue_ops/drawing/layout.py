"""The layout: fixed places for what the design has, a zone in each half, requests from above.

Measures are in pixels. A zone's are those of the left half, which the right half mirrors. A line
is drawn only where the contents have its arrow.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from ishizue_ops.drawing.contents import Contents, Zone, title
from ishizue_ops.drawing.panels import panels
from ishizue_ops.drawing.shapes import (
    ICON,
    LINE_HEIGHT,
    PAGE,
    Drawing,
    Point,
    Rect,
    Side,
    text_width,
)

WIDTH = 1100.0
MIDDLE = WIDTH / 2
SPINE = MIDDLE - ICON / 2
OUTER, INNER = 110.0, 349.0
"""The x at which a half's icons begin: NAT gateway and task, and those that requests pass."""

AXIS = INNER + ICON / 2
"""The x of the way of requests in a half."""

ROW = 68.0
"""The height of an icon with three lines of text."""

SERVICES = ("ecr", "secrets", "logs", "dashboard", "alarms", "acm", "waf")
"""The region's services outside the VPC, from left to right."""

BESIDE = 4
"""How many icons are in a row of what has no place of its own."""


class Half(NamedTuple):
    """A zone's half of the drawing."""

    zone: Zone
    mirrored: bool

    @property
    def outward(self) -> Side:
        """The side towards the outer border, to which titles are aligned too."""
        return "right" if self.mirrored else "left"

    @property
    def inward(self) -> Side:
        return "left" if self.mirrored else "right"

    def at(self, x: float, y: float) -> Point:
        """A point of the left half, or its mirror image."""
        return (WIDTH - x if self.mirrored else x), y

    def rect(self, x: float, y: float, width: float = ICON, height: float = ICON) -> Rect:
        """A rectangle of the left half, or its mirror image."""
        return Rect(WIDTH - x - width if self.mirrored else x, y, width, height)


class Layout:
    """A drawing of the contents, and its height."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.labels = contents.labels
        self.drawing = Drawing()
        first, second = contents.zones
        self.halves = Half(first, False), Half(second, True)
        self.running = self.halves[: contents.tasks]
        """The halves in which a task is drawn."""
        self._step = 0
        self._place_rows()
        self.height = self._draw()

    def _place_rows(self) -> None:
        """Set the y of each row, from above: each depends on those before it."""
        cdn = self.contents.cdn
        public_tasks = self.contents.public_tasks
        self.region = max(160.0, 126.0 + 100 * ("route53" in self.labels) + 100 * cdn)
        self.zones = self.region + 110
        self.public = self.zones + 30
        self.task = self.public + (404 if cdn else 234)
        self.task_end = self.task + 20 + ROW * (2 if "gate" in self.labels else 1)
        self.public_end = self.task_end + 16 if public_tasks else self.public + 126
        self.private = self.public_end + 58
        self.nodes = (self.private if cdn else self.public) + 58
        self.database = self.private + 50 if public_tasks else self.task_end + 48
        self.private_end = self.database + 78 if self.contents.store else self.task_end + 16
        self.vpc_end = self.private_end + 24 + (ROW if "endpoint" in self.labels else 0)

    def _draw(self) -> float:
        services = [kind for kind in SERVICES if kind in self.labels]
        services = [kind for kind in services if not (self.contents.cdn and kind in ("acm", "waf"))]
        deepest = max((len(self.labels[kind]) for kind in services), default=0)
        row = self.vpc_end + 46
        beside = row + ICON + LINE_HEIGHT * (deepest + 1) + 8
        bottom = beside + ROW * -(-len(self.contents.beside) // BESIDE)
        draw = self.drawing
        draw.text("title", PAGE, Rect(20, 16, 700, 26), self.contents.title, size=20, bold=True)
        cloud = Rect(20, 128, WIDTH - 40, bottom + 10 - 128)
        draw.frame("cloud", PAGE, cloud, "cloud", ("AWS Cloud",))
        region = Rect(40, self.region, WIDTH - 80, bottom - self.region)
        name = self.contents.words.region.format(self.contents.zones[0].public.zone[:-1])
        draw.frame("region", "cloud", region, "region", (name,))
        vpc = Rect(60, self.region + 30, WIDTH - 120, self.vpc_end - self.region - 30)
        draw.frame("vpc", "region", vpc, "vpc", (f"VPC {self.contents.vpc}",))
        for half in self.halves:
            self._zone(half)
        self._entrance()
        self._services(services, row)
        for half in self.running:
            self._task(half)
        if self.contents.store:
            self._database()
        self._ways_out()
        for index, label in enumerate(self.contents.beside):
            x = 60 + (WIDTH - 120) / BESIDE * (index % BESIDE)
            draw.icon(
                f"others-{index}", "region", x, beside + ROW * (index // BESIDE), label, "right"
            )
        height = panels(draw, self.contents, Rect(20, cloud.bottom + 16, WIDTH - 40, 0))
        return cloud.bottom + 16 + height + 20

    def _icon(self, name: str, parent: str, x: float, y: float, side: Side) -> bool:
        """Draw a component, if the design has it."""
        kind = name.partition("-")[0]
        if kind in self.labels:
            self.drawing.icon(name, parent, x, y, self.labels[kind], side)
        return kind in self.labels

    def _arrow(
        self, arrow: tuple[str, str], style: str, points: Iterable[Point], ends: tuple[str, str]
    ) -> bool:
        """Draw a line between two shapes, if the template has what it stands for."""
        drawn = arrow in self.contents.arrows
        if drawn:
            self.drawing.line("-".join(ends), style, [*points], ends)
        return drawn

    def _disc(self, parent: str, center: Point, style: str = "page") -> None:
        name = f"step-{len(self.drawing.shapes)}"
        self.drawing.disc(name, parent, center, style, self._step)

    def _entrance(self) -> None:
        """Draw the way from users to the load balancer; with CloudFront it avoids the gateway."""
        draw = self.drawing
        words = self.contents.words
        gateway = self.region + 46
        aside = self.halves[1].rect(OUTER, gateway).x if self.contents.cdn else SPINE
        side: Side = "left" if self.contents.cdn else "right"
        draw.icon("igw", "vpc", aside, gateway, ("Internet", "Gateway"), side)
        if not self._icon("alb", "vpc", SPINE, self.nodes, "below"):
            return
        places = {"users": 52.0}
        draw.icon("users", PAGE, SPINE, 52, (words.users,), "right")
        for kind in ("route53", "cloudfront"):
            y = max(places.values()) + 100
            if self._icon(kind, "cloud", SPINE, y, "right"):
                places[kind] = y
        if self.contents.cdn:
            self._icon("acm", "cloud", 330, places["cloudfront"], "left")
            self._icon("waf", "cloud", 870, places["cloudfront"], "right")
        else:
            places["igw"] = gateway
        places["alb"] = self.nodes
        for (source, above), (target, under) in pairwise(places.items()):
            ends = source, target
            drawn = self._arrow(ends, "page", ((MIDDLE, above + ICON), (MIDDLE, under)), ends)
            if drawn and source != "igw":
                self._step += 1
                self._disc("cloud", (MIDDLE, above + ICON + 13))
        for half in self.halves:
            y = self.nodes + ICON / 2
            way = half.at(SPINE, y), half.at(INNER + ICON, y)
            self._arrow(("alb", "alb"), "page", way, ("alb", f"alb-{half.zone.key}"))
        self._step += 1

    def _zone(self, half: Half) -> None:
        """Draw a zone's frame, its subnets, their gateway, and the load balancer's node."""
        draw = self.drawing
        key = half.zone.key
        frame = half.rect(76, self.zones, 370, self.private_end + 10 - self.zones)
        name = f"Availability Zone {half.zone.public.zone}"
        draw.frame(f"zone-{key}", "vpc", frame, "zone", (name,), half.outward)
        for kind, subnet, y, end in (
            ("public", half.zone.public, self.public, self.public_end),
            ("private", half.zone.private, self.private, self.private_end),
        ):
            rect = half.rect(86, y, 350, end - y)
            text = title(kind.capitalize(), subnet, self.contents.words)
            draw.frame(f"{kind}-{key}", f"zone-{key}", rect, kind, text, half.outward)
        if (f"nat-{key}", "igw") in self.contents.arrows:
            x, y = half.rect(OUTER, self.public + 58)[:2]
            draw.icon(f"nat-{key}", f"public-{key}", x, y, ("NAT", "Gateway"), half.inward)
        if "alb" in self.labels:
            home = f"private-{key}" if self.contents.cdn else f"public-{key}"
            x, y = half.rect(INNER, self.nodes)[:2]
            draw.icon(f"alb-{key}", home, x, y, self.contents.words.alb_node, half.outward)

    def _task(self, half: Half) -> None:
        """Draw the task of a zone, how requests reach it, and what manages it."""
        draw = self.drawing
        key = half.zone.key
        y = self.task + 20
        frame = half.rect(96, self.task, 330, self.task_end - self.task)
        draw.frame(f"task-{key}", f"{self.contents.task_subnets.lower()}-{key}", frame, "task")
        for kind, x, below, side in (
            ("fargate", OUTER, 0.0, half.inward),
            ("container", INNER, 0.0, half.outward),
            ("gate", OUTER, ROW, half.inward),
        ):
            self._icon(f"{kind}-{key}", f"task-{key}", half.rect(x, y).x, y + below, side)
        ends = f"alb-{key}", f"container-{key}"
        way = half.at(AXIS, self.nodes + ICON), half.at(AXIS, y)
        if self._arrow(("alb", f"task-{key}"), "page", way, ends):
            above = self.task - 22 if self.contents.cdn else self.public + 155
            self._disc("vpc", half.at(AXIS, above))
        middle = y + ICON / 2
        way = half.at(SPINE, middle), half.at(426, middle)
        self._arrow(("ecs", "task"), "manages", way, ("ecs", f"task-{key}"))

    def _database(self) -> None:
        """Draw the database. The primary is in the first zone; on AWS it may be in either."""
        draw = self.drawing
        first, second = self.halves
        y = self.database
        for half, label in zip(self.halves, self.contents.instances, strict=False):
            key = half.zone.key
            x = half.rect(INNER, y).x
            name = f"{self.contents.store}-{key}"
            draw.icon(name, f"private-{key}", x, y, label, half.outward)
        main = f"{self.contents.store}-{first.zone.key}"
        turn = self.task_end + 30
        bend = (second.at(AXIS, turn), (AXIS + 12, turn), (AXIS + 12, y))
        self._step += 1
        for half, way in ((first, ((AXIS, y),)), (second, bend))[: len(self.running)]:
            start = half.at(AXIS, self.task + 20 + ICON)
            ends = f"container-{half.zone.key}", main
            if self._arrow((f"task-{half.zone.key}", "db"), "data", (start, *way), ends):
                self._disc("vpc", half.at(AXIS, self.task_end + 14), "data")
        if len(self.contents.instances) > 1:
            both = (INNER + ICON, y + 30), second.at(INNER + ICON, y + 30)
            draw.line(
                "replica", "replica", both, (main, f"{self.contents.store}-{second.zone.key}")
            )

    def _ways_out(self) -> None:
        """Draw how tasks reach the internet through a NAT gateway, beside the labels, and S3."""
        aside = INNER - (60 if self.contents.cdn else 14)
        nat_y = self.public + 58
        gateway = self.drawing.places["igw"]
        for half in self.halves:
            nat = f"nat-{half.zone.key}"
            if nat not in self.drawing.places:
                continue
            edge = OUTER + ICON
            beside = gateway.x if gateway.center[0] >= half.at(aside, 0)[0] else gateway.right
            up = half.at(edge, nat_y + 4), half.at(aside, nat_y + 4)
            x = up[1][0]
            out = (x, gateway.y + 4), (beside, gateway.y + 4)
            self._arrow((nat, "igw"), "service", (*up, *out), (nat, "igw"))
            for task in self.running:
                start = task.at(aside, self.task)
                between = self.private - 8
                way = [] if task is half else [(start[0], between), (x, between)]
                points = start, *way, (x, nat_y + ICON - 4), half.at(edge, nat_y + ICON - 4)
                key = f"task-{task.zone.key}"
                self._arrow((key, nat), "service", points, (key, nat))

    def _services(self, kinds: list[str], y: float) -> None:
        """Draw the service of the tasks, and what it uses, spaced by the width of the labels."""
        if "ecs" in self.labels:
            self._icon("ecs", "vpc", SPINE, self.task + 20, "above")
        start = (MIDDLE, self.task + 20 + ICON)
        endpoint = self.private_end + 18
        if self._icon("endpoint", "vpc", MIDDLE + 40, endpoint, "right"):
            middle = endpoint + ICON / 2
            ends = start, (MIDDLE, middle), (MIDDLE + 40, middle)
            self._arrow(("task", "endpoint"), "service", ends, ("ecs", "endpoint"))
        widths = [max(ICON, *map(text_width, self.labels[kind])) for kind in kinds]
        gap = (WIDTH - 80 - sum(widths)) / (len(kinds) + 1)
        x = 40 + gap
        for kind, width in zip(kinds, widths, strict=True):
            center = x + width / 2
            self._icon(kind, "region", center - ICON / 2, y, "below")
            x += width + gap
            way = start, (MIDDLE, y - 24), (center, y - 24), (center, y)
            self._arrow(("ecs", kind), "service", way, ("ecs", kind))
