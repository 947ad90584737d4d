"""What all pictures share: shapes, margins, colors, and the site's mark and name."""

from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

from kirosample.web import colors
from kirosample.web.drawing.canvas import Canvas
from kirosample.web.drawing.cards import WIDE
from kirosample.web.drawing.faces import JAPANESE, WESTERN
from kirosample.web.drawing.paths import Point
from kirosample.web.site import SITE, TAGLINE
from kirosample.web.typesetting.line_breaking import break_lines, break_words

BRAND: Final = "#a63a50"
_COLORS: Final = colors.tokens("light")
PAPER, LINE, INK, SOFT, HOLIDAY, MOON_LIT, MOON_DARK = (
    _COLORS[name]
    for name in ("paper", "line", "ink", "ink-soft", "holiday", "moon-lit", "moon-dark")
)

_SUN: Final = "M30 16A14 14 0 1 1 2 16 14 14 0 1 1 30 16z"
_HILL: Final = "M2.6 20.2A14 14 0 0 0 29.4 20.2C25 17.4 20.4 17.6 16 19.8 11.6 22 7 22.4 2.6 20.2z"


class Area(NamedTuple):
    """A rectangle, in pixels from the top left of the picture."""

    left: float
    top: float
    right: float
    foot: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.foot - self.top


class Shape(NamedTuple):
    """The size of a picture, the baseline of its head, its content's area, and their scale."""

    size: tuple[int, int]
    head: int
    area: Area
    scale: float


SHAPES: Final[Mapping[str, Shape]] = {
    WIDE: Shape((1200, 630), 98, Area(72, 120, 1128, 566), 1.0),
    "square": Shape((1080, 1080), 130, Area(84, 196, 996, 1004), 1.3),
    # Apps cover the ends of a story.
    "tall": Shape((1080, 1920), 330, Area(84, 430, 996, 1620), 1.5),
}


class Sheet:
    """A canvas with the mark at its head. Sizes are those of the wide picture, before scaling."""

    def __init__(self, shape: str, *, western: bool) -> None:
        size, y, self.area, self.scale = SHAPES[shape]
        self.is_wide, self.is_tall = shape == WIDE, shape == "tall"
        self.western = western
        self.canvas = Canvas(size, PAPER, WESTERN if western else JAPANESE)
        left = self.area.left
        self.canvas.box((0, 0, size[0], 9), BRAND)
        brand(self.canvas, (left - self.px(4), y - self.px(36)), 1.5 * self.scale)
        says = TAGLINE.en if western else TAGLINE.ja
        x = left + self.px(58)
        x += self.line(says, (x, y), 32 if western else 30, INK) + self.px(10)
        name = SITE.en if western else SITE.ja
        self.line(name, (x, y), 20, SOFT)  # smaller, to stay clear of a quote's columns

    def px(self, size: float) -> int:
        """A size in pixels of this picture."""
        return round(size * self.scale)

    def beside(self, left: float) -> tuple[Area, Area]:
        """The areas left and right of a vertical rule, the right one beginning at `left`."""
        area = self.area
        self.canvas.box((left - 44, area.top, left - 43, area.foot), LINE)
        return area._replace(right=left - 88), area._replace(left=left)

    def below(self, y: float, space: float) -> Area:
        """The area below a horizontal rule at `y`, after some space."""
        self.canvas.box((self.area.left, y, self.area.right, y + 1), LINE)
        return self.area._replace(top=y + self.px(space))

    def line(self, text: str, at: Point, size: float, color: str) -> float:
        """Draw a line from the left end of its baseline; returns its width."""
        return self.canvas.across(text, at, self.px(size), color) if text else 0.0

    def length(self, text: str, size: float) -> float:
        """The width of a line in pixels."""
        return self.canvas.length(text, self.px(size))

    def fitted(self, text: str, size: float, width: float) -> float:
        """The size, or a smaller one in which a line is at most this wide."""
        pixels = self.px(size)
        return min(pixels, int(pixels * width / max(1, self.length(text, size)))) / self.scale

    def lines(self, text: str, size: float, width: float) -> list[str]:
        """A text in lines of at most this width."""
        most = width / self.px(size)
        if self.western:
            return break_words(text, most, partial(WESTERN.length, size=1))
        return break_lines(text, most)

    def paragraph(
        self, lines: list[str], at: Point, size: float, leading: float, color: str
    ) -> float:
        """Draw lines from the first baseline; returns where the next would stand."""
        for n, line in enumerate(lines):
            self.line(line, (at[0], at[1] + n * leading * self.px(size)), size, color)
        return at[1] + len(lines) * leading * self.px(size)


def brand(canvas: Canvas, at: Point, scale: float) -> None:
    """Draw the mark: the sun behind a hill, on a grid of 32."""
    canvas.fill(_SUN, at, 32, scale, BRAND, without=_HILL)
