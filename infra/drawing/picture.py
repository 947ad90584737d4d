"""A picture: shapes and lines at absolute places, in pixels from the top left.

The layout decides every place, bend and line break. So both formats show the same picture, and
tests check its geometry without rendering it.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Point = tuple[float, float]
Side = Literal["left", "right", "above", "below"]
Align = Literal["left", "right"]
LineStyle = Literal["page", "data", "service", "replica", "manages"]

TEXT = 13
DISC = 18.0
LINE_HEIGHT = 17


def text_width(text: str, size: float = TEXT) -> float:
    """An estimate on the wide side, since fonts differ between machines."""
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


@dataclass(frozen=True)
class Rect:
    """A rectangle by its top left corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def attributes(self) -> dict[str, str]:
        """Place and size as XML attributes."""
        return {name: number(value) for name, value in vars(self).items()}

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def center(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def overlaps(self, other: "Rect") -> bool:
        """Whether the two share an area; a common border does not count."""
        apart = self.right <= other.x or other.right <= self.x
        return not (apart or self.bottom <= other.y or other.bottom <= self.y)

    def contains(self, other: "Rect") -> bool:
        """Whether the other is inside, borders included."""
        across = self.x <= other.x and other.right <= self.right
        return across and self.y <= other.y and other.bottom <= self.bottom


@dataclass(frozen=True)
class _Placed:
    id: str
    parent: str
    rect: Rect


@dataclass(frozen=True)
class Text(_Placed):
    """Lines of text."""

    lines: tuple[str, ...]
    size: float = TEXT
    bold: bool = False


@dataclass(frozen=True)
class Group(_Placed):
    """A frame with a title along its upper edge; `kind` decides its look."""

    kind: str
    lines: tuple[str, ...] = ()
    align: Align = "left"

    @property
    def title_rect(self) -> Rect:
        """The title's place, without the icon in the frame's corner."""
        width = max(map(text_width, self.lines), default=0)
        indent = TITLE_GAP if self.kind in PLAIN else CORNER
        right = self.rect.right - TITLE_GAP - width
        x = right if self.align == "right" else self.rect.x + indent
        return Rect(x, self.rect.y + TITLE_TOP, width, LINE_HEIGHT * len(self.lines))


PLAIN = ("zone", "task", "panel", "band")
"""The kinds of groups without an icon in the corner."""
CORNER = 32  # the icon is 26 wide
TITLE_GAP = 10
TITLE_TOP = 5


@dataclass(frozen=True)
class Icon(_Placed):
    """A component: a square with its label on one side."""

    kind: str
    lines: tuple[str, ...]
    side: Side

    @property
    def label_rect(self) -> Rect:
        width, height = max(map(text_width, self.lines)), LINE_HEIGHT * len(self.lines)
        x, y = self.rect.center
        left, top = {
            "left": (self.rect.x - LABEL_GAP - width, y - height / 2),
            "right": (self.rect.right + LABEL_GAP, y - height / 2),
            "above": (x - width / 2, self.rect.y - LABEL_GAP - height),
            "below": (x - width / 2, self.rect.bottom + LABEL_GAP),
        }[self.side]
        return Rect(left, top, width, height)


LABEL_GAP = 5


@dataclass(frozen=True)
class Badge(_Placed):
    """A numbered disc of a traffic flow; its parent may be the line that it lies on."""

    number: int
    style: LineStyle

    @property
    def lines(self) -> tuple[str, ...]:
        return (str(self.number),)

    @classmethod
    def at(
        cls, parent: str, style: LineStyle, number: int, center: Point, suffix: str = ""
    ) -> "Badge":
        """A disc around a point; the suffix makes its id unique."""
        rect = Rect(center[0] - DISC / 2, center[1] - DISC / 2, DISC, DISC)
        return cls(f"{style}-{number}{suffix}", parent, rect, number, style)


@dataclass(frozen=True)
class Line:
    """An orthogonal line between the borders of two shapes, with every bend.

    A sample in the legend has no source and no target.
    """

    id: str
    style: LineStyle
    points: tuple[Point, ...]
    source: str = ""
    target: str = ""


Shape = Group | Icon | Text | Badge
Pieces = Iterator[Shape | Line]

PAGE = "page"
"""The parent of the outermost shapes and of lines."""


@dataclass(frozen=True)
class Picture:
    """Everything in drawing order: parents before their children."""

    title: str
    description: str
    width: float
    height: float
    shapes: Sequence[Shape]
    lines: Sequence[Line] = field(default_factory=tuple)

    def rect(self, shape_id: str) -> Rect:
        """The place of a shape, or of the page."""
        if shape_id == PAGE:
            return Rect(0, 0, self.width, self.height)
        return self.by_id()[shape_id].rect

    def by_id(self) -> dict[str, Shape]:
        return {shape.id: shape for shape in self.shapes}

    def children(self, parent: str) -> Iterator[Shape]:
        return (shape for shape in self.shapes if shape.parent == parent)
