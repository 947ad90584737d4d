"""A sheet to draw on: text across and upright, strokes and shapes, and the PNG of it all."""

from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from kirosample.share.glyphs import FONT, vertical
from kirosample.share.paths import Point, lines

_BASELINE: Final = 0.88  # of an em square, from its top
_FINER: Final = 4  # shapes are drawn so many times larger first, for smooth edges
_COLORS: Final = 64


class Canvas:
    """A sheet of `size` pixels. Colors are such as #24221e, positions pixels from the top left."""

    def __init__(self, size: tuple[int, int], color: str) -> None:
        self._image = Image.new("RGB", size, color)
        self._draw = ImageDraw.Draw(self._image)

    def across(self, text: str, at: Point, size: int, color: str) -> float:
        """Set a line from the left end of its baseline; tells how wide it is."""
        font = _font(size)
        self._draw.text(at, text, fill=color, font=font, anchor="ls")
        return float(font.getlength(text))

    def upright(self, text: str, at: Point, size: int, color: str) -> None:
        """Set a column downwards from the middle of its upper edge, each character an em high."""
        for n, character in enumerate(text):
            place = (at[0], at[1] + (n + _BASELINE) * size)
            self._draw.text(place, vertical(character), fill=color, font=_font(size), anchor="ms")

    def stroke(self, path: str, at: Point, grid: int, scale: float, color: str) -> None:
        """Draw along a path on a square grid, enlarged, its upper left corner at a point."""
        mask, pen = _mask(grid, scale)
        width = 1.6 * scale * _FINER
        for line in lines(path):
            points = [(x * scale * _FINER, y * scale * _FINER) for x, y in line]
            pen.line(points, fill=255, width=round(width), joint="curve")
            for x, y in (points[0], points[-1]):
                box = (x - width / 2, y - width / 2, x + width / 2, y + width / 2)
                pen.ellipse(box, fill=255)
        self._color(mask, at, color)

    def fill(self, path: str, at: Point, grid: int, scale: float, color: str) -> None:
        """Fill a path on a square grid, enlarged, its upper left corner at a point."""
        mask, pen = _mask(grid, scale)
        for line in lines(path):
            pen.polygon([(x * scale * _FINER, y * scale * _FINER) for x, y in line], fill=255)
        self._color(mask, at, color)

    def box(self, corners: tuple[int, int, int, int], color: str) -> None:
        """Fill a rectangle: left, top, right, bottom."""
        self._draw.rectangle(corners, fill=color)

    def png(self) -> bytes:
        """The picture, in few enough colors to be small."""
        few = self._image.quantize(
            _COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        file = BytesIO()
        few.save(file, "PNG", optimize=True)
        return file.getvalue()

    def _color(self, mask: Image.Image, at: Point, color: str) -> None:
        self._image.paste(color, (round(at[0]), round(at[1])), mask.reduce(_FINER))


def length(text: str, size: int) -> float:
    """How wide a line is, in pixels."""
    return float(_font(size).getlength(text))


@lru_cache(maxsize=4)  # each keeps the glyphs that it has set
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


def _mask(grid: int, scale: float) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    side = round(grid * scale * _FINER)
    mask = Image.new("L", (side, side))
    return mask, ImageDraw.Draw(mask)
