"""The parts of a drawing, in pixels from the top left, before they become a file."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

Point = tuple[float, float]
Lines = Sequence[str]
Side = Literal["left", "right", "above", "below"]

PAGE = "page"
"""The parent of the outermost shapes and of lines."""

TEXT = 13
LINE_HEIGHT = 17
LABEL_GAP = 5
ICON = 48.0
DISC = 18.0
INK = "#232F3E"


class Rect(NamedTuple):
    """A rectangle by its top left corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def center(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


class Shape(NamedTuple):
    """A frame, an icon, a text or a disc: `look` is the kind of frame or icon, or the color."""

    kind: Literal["frame", "icon", "text", "disc"]
    name: str
    parent: str
    rect: Rect
    look: str
    lines: Lines
    side: Side = "left"
    size: int = TEXT
    bold: bool = False


class Line(NamedTuple):
    """A line with its bends, from one shape to another; a sample of the legend has neither."""

    name: str
    style: str
    points: Sequence[Point]
    source: str = ""
    target: str = ""


FRAMES: Mapping[str, tuple[str, str, str, str]] = {
    "cloud": (INK, "none", "", "group_aws_cloud_alt"),
    "region": ("#147EBA", "none", "2 3", "group_region"),
    "vpc": ("#7A3FF0", "none", "", "group_vpc"),
    "zone": ("#147EBA", "none", "6 4", ""),
    "public": ("#5C7F12", "#F2F6E8", "", "group_security_group"),
    "private": ("#00807F", "#E6F6F7", "", "group_security_group"),
    "task": ("#B85600", "#FFFFFF", "5 3", ""),
    "panel": ("#AEB6BF", "#FFFFFF", "", ""),
    "band": ("none", "#F1F3F5", "", ""),
}
"""A frame's border, filling, dashes, and the icon of its corner in diagrams.net."""

LINES: Mapping[str, tuple[str, float, str]] = {
    "page": ("#0B5CD6", 2, ""),
    "data": ("#B8420A", 2, "7 4"),
    "service": ("#5F6B76", 1.2, "2 3"),
    "manages": ("#B85600", 1.2, "4 3"),
    "replica": ("#B01FBC", 1.2, ""),
}
"""A line's color, width and dashes; a replica's has two heads."""

BOLD = ("cloud", "vpc", "panel")


class Drawing:
    """Shapes and lines in the making; names are their ids."""

    def __init__(self) -> None:
        self.places = {PAGE: Rect(0, 0, 0, 0)}
        self.shapes: list[Shape] = []
        self.lines: list[Line] = []

    def frame(
        self, name: str, parent: str, rect: Rect, look: str, title: Lines = (), side: Side = "left"
    ) -> None:
        """A frame that contains others, with a title along its upper edge."""
        self._add(Shape("frame", name, parent, rect, look, title, side, bold=look in BOLD))

    def icon(self, name: str, parent: str, x: float, y: float, label: Lines, side: Side) -> None:
        """A component of the kind in its name: a square with its label on one side."""
        kind = name.partition("-")[0]
        self._add(Shape("icon", name, parent, Rect(x, y, ICON, ICON), kind, label, side))

    def text(self, name: str, parent: str, rect: Rect, text: str, **look: int) -> None:
        """A line of text, of a `size`, and `bold`."""
        given = {"size": look.get("size", 12), "bold": bool(look.get("bold"))}
        self._add(Shape("text", name, parent, rect, "", (text,), **given))  # type: ignore[arg-type]

    def disc(self, name: str, parent: str, center: Point, style: str, step: int) -> None:
        """A step of a traffic flow."""
        rect = Rect(center[0] - DISC / 2, center[1] - DISC / 2, DISC, DISC)
        self._add(Shape("disc", name, parent, rect, style, (str(step),), size=11, bold=True))

    def line(self, name: str, style: str, points: Sequence[Point], ends: Sequence[str]) -> None:
        """A line between the borders of two shapes."""
        self.lines.append(Line(name, style, points, *ends))

    def _add(self, shape: Shape) -> None:
        self.places[shape.name] = shape.rect
        self.shapes.append(shape)


def text_width(text: str, size: float = TEXT) -> float:
    """The width of a text, estimated on the wide side, since fonts differ between machines."""
    ems = sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.58 for c in text)
    return ems * size


def shortened(text: str, room: float) -> str:
    """The text, cut with an ellipsis if it is too wide."""
    while text_width(text) > room:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def number(value: float) -> str:
    """A number in a file: at most two decimals, the same on every machine."""
    return f"{round(value, 2):g}"
