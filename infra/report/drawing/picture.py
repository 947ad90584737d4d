"""A picture as shapes with absolute places, in pixels from the top left: what both writers read.

The layout decides every place, bend and line break, so that the two formats show one picture
and a test can check its geometry without rendering it.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Point = tuple[float, float]
Side = Literal["left", "right", "above", "below"]
Align = Literal["left", "center", "right"]
LineStyle = Literal["page", "favorites", "service", "replica", "manages"]

TEXT = 13
DISC = 18.0
LINE_HEIGHT = 17


def text_width(text: str, size: float = TEXT) -> float:
    """An estimate that errs on the wide side: fonts differ between the machines that look."""
    ems = sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.58 for c in text)
    return ems * size


def shortened(text: str, room: float) -> str:
    """The text, or as much of it as there is room for and an ellipsis."""
    while text_width(text) > room:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def number(value: float) -> str:
    """A place as both formats write it: at most two decimals, the same on every machine."""
    return f"{round(value, 2):g}"


@dataclass(frozen=True)
class Rect:
    """A place, by its top left corner and its size."""

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

    def overlaps(self, other: "Rect") -> bool:
        """Whether the two share an area; a common border is none."""
        apart = self.right <= other.x or other.right <= self.x
        return not (apart or self.bottom <= other.y or other.bottom <= self.y)

    def contains(self, other: "Rect") -> bool:
        """Whether the other is inside, borders included."""
        across = self.x <= other.x and other.right <= self.right
        return across and self.y <= other.y and other.bottom <= self.bottom


@dataclass(frozen=True)
class Text:
    """Lines of text in a place of their own, as high as they need."""

    id: str
    parent: str
    rect: Rect
    lines: tuple[str, ...]
    align: Align = "left"
    size: float = TEXT
    bold: bool = False


@dataclass(frozen=True)
class Group:
    """A frame with a title along its upper edge; `kind` decides how it is drawn."""

    id: str
    parent: str
    rect: Rect
    kind: str
    title: tuple[str, ...] = ()
    align: Align = "left"

    @property
    def title_rect(self) -> Rect:
        """Where the title is, without the group's own icon in the corner."""
        width = max((text_width(line) for line in self.title), default=0)
        height = LINE_HEIGHT * len(self.title)
        indent = TITLE_GAP if self.kind in PLAIN else CORNER
        right = self.rect.right - TITLE_GAP - width
        x = right if self.align == "right" else self.rect.x + indent
        return Rect(x, self.rect.y + TITLE_TOP, width, height)


PLAIN = ("zone", "task", "panel", "band")
"""The kinds of groups that have no icon in their corner."""
CORNER = 32  # the group's icon is 26 wide
TITLE_GAP = 10
TITLE_TOP = 5


@dataclass(frozen=True)
class Icon:
    """A component: a square with its lines of text on one side."""

    id: str
    parent: str
    rect: Rect
    kind: str
    label: tuple[str, ...]
    side: Side

    @property
    def label_rect(self) -> Rect:
        width = max(text_width(line) for line in self.label)
        height = LINE_HEIGHT * len(self.label)
        x, y = self.rect.center
        if self.side == "left":
            return Rect(self.rect.x - LABEL_GAP - width, y - height / 2, width, height)
        if self.side == "right":
            return Rect(self.rect.right + LABEL_GAP, y - height / 2, width, height)
        top = self.rect.y - LABEL_GAP - height
        return Rect(
            x - width / 2,
            top if self.side == "above" else self.rect.bottom + LABEL_GAP,
            width,
            height,
        )


LABEL_GAP = 5


@dataclass(frozen=True)
class Badge:
    """A numbered disc of one of the two traffic flows; its parent may be a line that it lies on."""

    id: str
    parent: str
    rect: Rect
    number: int
    style: LineStyle

    @classmethod
    def at(
        cls, parent: str, style: LineStyle, number: int, center: Point, suffix: str = ""
    ) -> "Badge":
        """A disc around this point; the suffix tells two of the same number apart."""
        rect = Rect(center[0] - DISC / 2, center[1] - DISC / 2, DISC, DISC)
        return cls(f"{style}-{number}{suffix}", parent, rect, number, style)


@dataclass(frozen=True)
class Line:
    """An orthogonal line from one shape's border to another's, with every bend; parent: the page.

    Without a source and a target it is a sample in the legend.
    """

    id: str
    style: LineStyle
    points: tuple[Point, ...]
    source: str = ""
    target: str = ""


Shape = Group | Icon | Text | Badge

PAGE = "page"


@dataclass(frozen=True)
class Picture:
    """Everything drawn, in drawing order: a parent stands before its children."""

    title: str
    description: str
    width: float
    height: float
    shapes: Sequence[Shape]
    lines: Sequence[Line] = field(default_factory=tuple)

    def rect(self, shape_id: str) -> Rect:
        """The place of a shape, or the page's; KeyError for a name that nothing has."""
        if shape_id == PAGE:
            return Rect(0, 0, self.width, self.height)
        return self.by_id()[shape_id].rect

    def by_id(self) -> dict[str, Shape]:
        return {shape.id: shape for shape in self.shapes}

    def children(self, parent: str) -> Iterator[Shape]:
        return (shape for shape in self.shapes if shape.parent == parent)
