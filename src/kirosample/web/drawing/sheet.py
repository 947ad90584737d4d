"""What all pictures share: size, margins, colors, and the site's mark and name."""

from typing import Final

from kirosample.web import colors
from kirosample.web.drawing.canvas import Canvas
from kirosample.web.drawing.faces import JAPANESE, WESTERN
from kirosample.web.drawing.paths import Point

SIZE: Final = (1200, 630)  # as Open Graph expects
LEFT, RIGHT, TOP, FOOT = 72, 1128, 76, 566

BRAND: Final = "#a63a50"
_COLORS: Final = colors.tokens("light")
PAPER, LINE, INK, SOFT = (_COLORS[name] for name in ("paper", "line", "ink", "ink-soft"))

_SUN: Final = "M30 16A14 14 0 1 1 2 16 14 14 0 1 1 30 16z"
_HILL: Final = "M2.6 20.2A14 14 0 0 0 29.4 20.2C25 17.4 20.4 17.6 16 19.8 11.6 22 7 22.4 2.6 20.2z"


def sheet(*, western: bool) -> Canvas:
    """A canvas with the mark at its head."""
    canvas = Canvas(SIZE, PAPER, WESTERN if western else JAPANESE)
    canvas.box((0, 0, SIZE[0], 9), BRAND)
    brand(canvas, (LEFT - 4, 62), 1.5)
    canvas.across("KiroSample", (LEFT + 58, 98), 32 if western else 30, INK)
    return canvas


def brand(canvas: Canvas, at: Point, scale: float, color: str = BRAND) -> None:
    """Draw the mark: the sun behind a hill, on a grid of 32."""
    canvas.fill(_SUN, at, 32, scale, color, without=_HILL)
