"""What every picture has: its size, 1200 x 630 pixels as Open Graph's readers expect it, its
margins and colors, and the portal's mark and name."""

from typing import Final

from kirosample.share.canvas import Canvas
from kirosample.share.faces import JAPANESE, WESTERN
from kirosample.share.paths import Point

SIZE: Final = (1200, 630)
LEFT, RIGHT, TOP, FOOT = 72, 1128, 76, 566

PAPER, BRAND, LINE = "#faf8f3", "#a63a50", "#e3ddd1"
INK, SOFT = "#24221e", "#5d584f"

_SUN: Final = "M30 16A14 14 0 1 1 2 16 14 14 0 1 1 30 16z"
_HILL: Final = "M2.6 20.2A14 14 0 0 0 29.4 20.2C25 17.4 20.4 17.6 16 19.8 11.6 22 7 22.4 2.6 20.2z"


def sheet(*, western: bool) -> Canvas:
    """A sheet with the mark at its head, for lines in Western letters or in Japanese."""
    canvas = Canvas(SIZE, PAPER, WESTERN if western else JAPANESE)
    canvas.box((0, 0, SIZE[0], 9), BRAND)
    brand(canvas, (LEFT - 4, 62), 1.5)
    canvas.across("KiroSample", (LEFT + 58, 98), 32 if western else 30, INK)
    return canvas


def brand(canvas: Canvas, at: Point, scale: float, color: str = BRAND) -> None:
    """The mark of the portal: the sun behind a hill, on a grid of 32."""
    canvas.fill(_SUN, at, 32, scale, color, without=_HILL)
