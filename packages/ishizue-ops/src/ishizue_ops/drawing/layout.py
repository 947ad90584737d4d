"""The layout: a zone in each half, what spans both in between, requests from above.

Measures are in pixels. A zone's are those of the left half, which the right half mirrors.
"""

from itertools import pairwise
from typing import NamedTuple
from xml.etree import ElementTree as ET

from ishizue_ops.checks.topology import Subnet
from ishizue_ops.drawing.contents import Contents, Zone, title
from ishizue_ops.drawing.drawio import LINE_HEIGHT, PAGE, Drawing, Point, Rect, Side, text_width
from ishizue_ops.drawing.panels import panels

WIDTH = 1100.0
MIDDLE = WIDTH / 2
ICON = 48.0
OUTER, INNER = 110.0, 349.0
"""The x at which a half's icons begin: NAT gateway and task, and those that requests pass."""

ROW = 68.0
"""The height of an icon with three lines of text."""

USED = ("ecr", "secrets", "logs", "metrics")
"""The services that tasks use through the NAT gateway."""


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


def _spine(y: float) -> Rect:
    """An icon's place in the middle."""
    return Rect(MIDDLE - ICON / 2, y, ICON, ICON)


class Layout:
    """The draw.io file of a design, which `file` draws."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.labels = contents.labels
        self.drawing = Drawing()
        first, second = contents.zones
        self.halves = Half(first, False), Half(second, True)
        self.running = self.halves[: contents.tasks]
        """The halves in which a task is drawn."""
        self.flows = [("page", -12.0), ("data", 12.0)] if contents.store else [("page", 0.0)]
        """Each flow with its distance from the middle of both."""
        self.hops = 1 + contents.cdn + ("route53" in self.labels)
        """The steps before the load balancer."""
        self.through_nat = (
            first.nat and not contents.cdn and not contents.public_tasks and contents.tasks > 0
        )
        self._place_rows()

    def _place_rows(self) -> None:
        """Set the y of each row, from above: each depends on those before it.

        CloudFront has a row above the region, and its load balancer one in the private subnets.
        """
        cdn = self.contents.cdn
        public_tasks = self.contents.public_tasks
        icons_of_task = 2 if "gate" in self.labels else 1
        self.region = 306.0 if cdn else 226.0
        self.zones = self.region + 110
        self.public = self.zones + 30
        self.task = self.public + (404 if cdn else 234)
        self.task_end = self.task + 20 + ROW * icons_of_task
        self.public_end = self.task_end + 16 if public_tasks else self.public + 126
        self.private = self.public_end + 58
        self.nodes = (self.private if cdn else self.public) + 58
        self.database = self.private + 50 if public_tasks else self.task_end + 48
        self.private_end = self.database + 78 if self.contents.store else self.task_end + 16
        self.strip = ROW if "endpoint" in self.labels else 0.0
        """The height of the strip below the zones, in the VPC."""

    def file(self) -> ET.Element:
        services = ["ecr", "secrets", "logs", "metrics", "dashboard", "alarms"]
        services += [] if self.contents.cdn else ["acm", "waf"]
        services = [kind for kind in services if kind in self.labels]
        row = self.private_end + 70 + self.strip
        deepest = max(len(self.labels[kind]) for kind in services)
        below = row + ICON + LINE_HEIGHT * (deepest + 1)
        others = LINE_HEIGHT * (len(self.labels.get("others", ())) + 1)
        bottom = below + (max(ROW, others) if "others" in self.labels else 0)
        region = Rect(40, self.region, WIDTH - 80, bottom - self.region)
        vpc_end = self.private_end + self.strip + 24
        vpc = Rect(60, self.region + 30, WIDTH - 120, vpc_end - self.region - 30)
        draw = self.drawing
        draw.text("title", PAGE, Rect(20, 16, 700, 26), self.contents.title, 20, bold=True)
        cloud = Rect(20, 128, WIDTH - 40, bottom + 10 - 128)
        draw.frame("cloud", PAGE, cloud, "cloud", ("AWS Cloud",))
        name = self.contents.zones[0].name[:-1]
        draw.frame("region", "cloud", region, "region", (self.contents.words.region.format(name),))
        draw.frame("vpc", "region", vpc, "vpc", (f"VPC {self.contents.vpc}",))
        self._entrance()
        for half in self.halves:
            self._zone(half)
            if half in self.running:
                self._task(half)
        self._way_out()
        self._cluster()
        if self.contents.store:
            self._database()
        self._services(services, row)
        self._icon("others", "region", Rect(60, (below + bottom - ICON) / 2, ICON, ICON), "right")
        self._endpoint()
        height = panels(draw, self.contents, Rect(20, cloud.bottom + 16, WIDTH - 40, 0))
        return draw.file(WIDTH, cloud.bottom + 16 + height + 20)

    def _icon(self, kind: str, parent: str, rect: Rect, side: Side) -> None:
        if kind in self.labels:
            self.drawing.icon(kind, parent, rect, kind, self.labels[kind], side)

    def _entrance(self) -> None:
        """Draw the way from users to the load balancer; with CloudFront it avoids the gateway."""
        draw = self.drawing
        cdn = self.contents.cdn
        gateway = self.region + 46
        stops = [("users", _spine(52))]
        draw.icon("users", PAGE, stops[0][1], "users", (self.contents.words.users,), "right")
        if "route53" in self.labels:
            stops.append(("route53", _spine(152)))
            self._icon("route53", "cloud", stops[-1][1], "right")
        if cdn:
            place = self.halves[1].rect(OUTER, gateway)
            side = self.halves[1].inward
            stops.append(("cloudfront", _spine(232)))
            self._icon("cloudfront", "cloud", stops[-1][1], "right")
            self._icon("acm", "cloud", Rect(330, 232, ICON, ICON), "left")
            self._icon("waf", "cloud", Rect(870, 232, ICON, ICON), "right")
        else:
            place = _spine(gateway)
            side = "right"
            stops.append(("igw", place))
        draw.icon("igw", "vpc", place, "igw", ("Internet", "Gateway"), side)
        stops.append(("alb", _spine(self.nodes)))
        self._icon("alb", "vpc", stops[-1][1], "below")
        for style, aside in self.flows:
            x = MIDDLE + aside
            for step, ((source, above), (target, under)) in enumerate(pairwise(stops), start=1):
                line = f"{style}-{source}-{target}"
                draw.line(line, style, ((x, above.bottom), (x, under.y)), source, target)
                if step <= self.hops:
                    draw.disc(f"{style}-{step}", line, (x, above.bottom + 13), style, step)

    def _zone(self, half: Half) -> None:
        """Draw a zone's frame, its subnets, and the node of the load balancer in one of them."""
        draw = self.drawing
        zone = half.zone
        key = half.zone.key
        frame = half.rect(76, self.zones, 370, self.private_end + 10 - self.zones)
        name = f"Availability Zone {zone.name}"
        draw.frame(f"zone-{key}", "vpc", frame, "zone", (name,), half.outward)
        self._subnet(half, "public", zone.public, self.public, self.public_end)
        self._subnet(half, "private", zone.private, self.private, self.private_end)
        if zone.nat:
            rect = half.rect(OUTER, self.public + 58)
            text = ("NAT", "Gateway")
            draw.icon(f"nat-{key}", f"public-{key}", rect, "nat", text, half.inward)
        rect = half.rect(INNER, self.nodes)
        home = f"private-{key}" if self.contents.cdn else f"public-{key}"
        draw.icon(f"alb-{key}", home, rect, "alb", self.contents.words.alb_node, half.outward)
        for style, aside in self.flows:
            y = rect.center[1] + aside
            ends = half.at(MIDDLE - ICON / 2, y), half.at(INNER + ICON, y)
            draw.line(f"{style}-alb-{key}", style, ends, "alb", f"alb-{key}")

    def _subnet(self, half: Half, kind: str, subnet: Subnet, y: float, end: float) -> None:
        key = half.zone.key
        rect = half.rect(86, y, 350, end - y)
        text = title(kind.capitalize(), subnet, self.contents.words)
        self.drawing.frame(f"{kind}-{key}", f"zone-{key}", rect, kind, text, half.outward)

    def _task(self, half: Half) -> None:
        draw = self.drawing
        key = half.zone.key
        y = self.task + 20
        task = f"task-{key}"
        height = self.task_end - self.task
        frame = half.rect(96, self.task, 330, height)
        draw.frame(task, f"{self.contents.task_subnets.lower()}-{key}", frame, "task")
        for kind, x, side in (("fargate", OUTER, half.inward), ("container", INNER, half.outward)):
            draw.icon(f"{kind}-{key}", task, half.rect(x, y), kind, self.labels[kind], side)
        if "gate" in self.labels:
            name = f"gate-{key}"
            rect = half.rect(OUTER, y + ROW)
            draw.icon(name, task, rect, "container", self.labels["gate"], half.inward)
        on_way = self.task - 22 if self.contents.cdn else self.public + 155
        for style, aside in self.flows:
            x = half.at(INNER + ICON / 2, y)[0] + aside
            line = f"{style}-task-{key}"
            ends = (x, self.nodes + ICON), (x, y)
            draw.line(line, style, ends, f"alb-{key}", f"container-{key}")
            draw.disc(f"{line}-disc", line, (x, on_way), style, self.hops + 1)
        inside = [("page", self.hops + 2), ("page", self.hops + 3), ("data", self.hops + 4)]
        for index, (style, step) in enumerate(inside[: 1 + len(self.flows)]):
            place = half.at(INNER + ICON + 14, y + 2 + 22 * index)
            draw.disc(f"{style}-{step}-{key}", task, place, style, step)

    def _way_out(self) -> None:
        """Draw how tasks reach the services: through a NAT gateway, and the internet gateway.

        The way passes beside the labels. With CloudFront, and with tasks in public subnets, the
        services' lines begin at the tasks' service instead.
        """
        if not self.through_nat:
            return
        draw = self.drawing
        aside = INNER - 14
        between = self.private - 8
        gateway = _spine(self.region + 46)
        last = None
        for half in self.halves:
            key = half.zone.key
            if half.zone.nat:
                last = half
                nat = half.rect(OUTER, self.public + 58)
                edge = nat.x if half.mirrored else nat.right
                beside = gateway.right if half.mirrored else gateway.x
                x = half.at(aside, 0)[0]
                out = nat.y + 4
                up = (edge, out), (x, out), (x, gateway.y + 4), (beside, gateway.y + 4)
                draw.line(f"nat-{key}-igw", "service", up, f"nat-{key}", "igw")
            if half in self.running and last:
                back = nat.bottom - 4
                start = half.at(aside, self.task)
                way = [] if half is last else [(start[0], between), (x, between)]
                points = start, *way, (x, back), (edge, back)
                to = f"nat-{last.zone.key}"
                draw.line(f"task-{key}-nat", "service", points, f"task-{key}", to)

    def _cluster(self) -> None:
        """Draw the service, which manages the tasks of both zones."""
        place = _spine(self.task + 20)
        self._icon("ecs", "vpc", place, "above")
        for half in self.running:
            ends = half.at(place.x, place.center[1]), half.at(426, place.center[1])
            task = f"task-{half.zone.key}"
            self.drawing.line(f"ecs-{task}", "manages", ends, "ecs", task)

    def _database(self) -> None:
        """Draw the database. The primary is in the first zone; on AWS it may be in either."""
        draw = self.drawing
        first, second = self.halves
        y = self.database
        for half, label in zip(self.halves, self.contents.instances, strict=False):
            name = f"db-{half.zone.key}"
            parent = f"private-{half.zone.key}"
            rect = half.rect(INNER, y)
            draw.icon(name, parent, rect, self.contents.store, label, half.outward)
        main = f"db-{first.zone.key}"
        end = INNER + ICON / 2
        turn = self.task_end + 30
        for half, way in (
            (first, [(end, y)]),
            (second, [second.at(end, turn), (end + 12, turn), (end + 12, y)]),
        )[: len(self.running)]:
            x, bottom = half.at(end, self.task + 20 + ICON)
            line = f"data-db-{half.zone.key}"
            draw.line(line, "data", ((x, bottom), *way), f"container-{half.zone.key}", main)
            draw.disc(f"{line}-disc", line, (x, self.task_end + 14), "data", self.hops + 2)
        beside = INNER + ICON + 14, y + 8
        draw.disc("data-used", f"private-{first.zone.key}", beside, "data", self.hops + 3)
        if len(self.contents.instances) > 1:
            ends = first.at(INNER + ICON, y + 30), second.at(INNER + ICON, y + 30)
            draw.line("replica", "replica", ends, main, f"db-{second.zone.key}")

    def _endpoint(self) -> None:
        """Draw the endpoint by which tasks reach S3, which has the images' layers, without NAT."""
        if "endpoint" in self.labels:
            place = Rect(MIDDLE + 40, self.private_end + 18, ICON, ICON)
            self._icon("endpoint", "vpc", place, "right")
            y = place.center[1]
            start = (MIDDLE, self.task + 20 + ICON)
            points = start, (MIDDLE, y), (place.x, y)
            self.drawing.line("ecs-endpoint", "service", points, "ecs", "endpoint")

    def _services(self, kinds: list[str], y: float) -> None:
        """Draw the region's services outside the VPC, spaced by the width of their labels."""
        widths = [max(ICON, *map(text_width, self.labels[kind])) for kind in kinds]
        gap = (WIDTH - 80 - sum(widths)) / (len(kinds) + 1)
        x = 40 + gap
        turn = y - 24
        gateway = _spine(self.region + 46)
        beside = WIDTH - 50
        out = gateway.bottom - 4
        source = "ecs"
        origin = [(MIDDLE, self.task + 20 + ICON), (MIDDLE, turn)]
        if self.through_nat:
            source = "igw"
            origin = [(gateway.right, out), (beside, out), (beside, turn)]
        for kind, width in zip(kinds, widths, strict=True):
            place = Rect(round(x + width / 2 - ICON / 2), y, ICON, ICON)
            self._icon(kind, "region", place, "below")
            x += width + gap
            if kind in USED:
                center = place.center[0]
                points = *origin, (center, turn), (center, y)
                self.drawing.line(f"{source}-{kind}", "service", points, source, kind)
