"""A canvas for text, strokes and shapes, and its PNG.

No color overlaps another, so each pixel is one color and its coverage of the paper. That is a
palette: a quarter of the memory of RGB, and nothing to quantize at the end.
"""

from io import BytesIO
from math import hypot
from typing import Final

from PIL import Image, ImageChops, ImageColor, ImageDraw

from kirosample.web.drawing.faces import JAPANESE, JAPANESE_FONT, Face, baseline, font, vertical
from kirosample.web.drawing.paths import Point, lines

_BASELINE: Final = 0.88  # of an em square, from its top
_FINER: Final = 4  # shapes are drawn this many times larger, then reduced for smooth edges
_STROKE: Final = 1.6  # width, in units of a path's grid
_FINE_STROKE: Final = 1.3  # of large shapes
_LARGE: Final = 60  # pixels
_SHADES: Final = 28  # of each color
_COVERED: Final = [0] + [255] * 255


class Canvas:
    """A canvas of `size` pixels, with at most nine colors (`#24221e`) beside the paper.

    Positions are in pixels from the top left. `face` is the typeface of horizontal text.
    """

    def __init__(self, size: tuple[int, int], paper: str, face: Face = JAPANESE) -> None:
        self._sheet = Image.new("L", size)
        self._paper = paper
        self._colors: list[str] = []
        self._face = face

    def length(self, text: str, size: int) -> float:
        """The width of a line in pixels."""
        return self._face.length(text, size)

    def across(self, text: str, at: Point, size: int, color: str) -> float:
        """Draw a line from the left end of its baseline; returns its width."""
        mask = self._face.line(text, size)
        self._stamp(mask, (at[0] - size // 2, at[1] - baseline(size)), color)
        return self.length(text, size)

    def upright(self, text: str, at: Point, size: int, color: str) -> None:
        """Draw a column down from the middle of its upper edge, each character an em high."""
        mask = Image.new("L", (2 * size, (len(text) + 1) * size))
        pen = ImageDraw.Draw(mask)
        for n, character in enumerate(text):
            place = (size, (n + 0.5 + _BASELINE) * size)
            pen.text(
                place, vertical(character), fill=255, font=font(JAPANESE_FONT, size), anchor="ms"
            )
        self._stamp(mask, (at[0] - size, at[1] - size / 2), color)

    def stroke(self, path: str, at: Point, grid: int, scale: float, color: str) -> None:
        """Draw along a path on a square grid, scaled, with its upper left corner at `at`."""
        mask = _square(grid, scale)
        pen = ImageDraw.Draw(mask)
        width = _STROKE if grid * scale < _LARGE else _FINE_STROKE
        half = width * scale * _FINER / 2
        for points in _enlarged(path, scale):
            for (x, y), (to_x, to_y) in zip(points, [*points[1:], points[-1]], strict=True):
                # Pillow's own joints of a wide line stand out from it.
                length = hypot(to_x - x, to_y - y) or 1.0
                dx, dy = (to_y - y) * half / length, (x - to_x) * half / length
                edges = [(x + dx, y + dy), (to_x + dx, to_y + dy), (to_x - dx, to_y - dy)]
                pen.polygon([*edges, (x - dx, y - dy)], fill=255)
                pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
        self._stamp(mask.reduce(_FINER), at, color)

    def fill(
        self,
        path: str,
        at: Point,
        grid: int,
        scale: float,
        color: str,
        *,
        without: str = "",
        within: str = "",
    ) -> None:
        """Fill a path on a square grid, scaled: only `within` another path, and `without` a third.

        What is within another shape has no smooth edges, which would show the paper.
        """
        mask = _filled(path, grid, scale)
        if without:
            mask = ImageChops.subtract(mask, _filled(without, grid, scale))
        if within:
            mask = ImageChops.multiply(mask, _filled(within, grid, scale))
            mask = mask.reduce(_FINER).point([0] * 128 + [255] * 128)
            self._stamp(mask, at, color)
            return
        self._stamp(mask.reduce(_FINER), at, color)

    def box(self, corners: tuple[float, float, float, float], color: str) -> None:
        """Fill a rectangle: left, top, right, bottom."""
        left, top, right, bottom = map(round, corners)
        self._stamp(Image.new("L", (right - left + 1, bottom - top + 1), 255), (left, top), color)

    def png(self) -> bytes:
        """The PNG. Call it last."""
        paper = ImageColor.getrgb(self._paper)
        palette = [*paper]
        for color in self._colors:
            for shade in range(1, _SHADES + 1):
                pairs = zip(paper, ImageColor.getrgb(color), strict=True)
                palette += [round(a + (b - a) * shade / _SHADES) for a, b in pairs]
        self._sheet.putpalette(palette)
        out = BytesIO()
        out.name = "picture.png"  # By its suffix Pillow loads the PNG writer and no other.
        self._sheet.save(out)
        return out.getvalue()

    def _stamp(self, mask: Image.Image, at: Point, color: str) -> None:
        """Apply a color through a mask."""
        if color not in self._colors:
            self._colors.append(color)
        first = 1 + _SHADES * self._colors.index(color)
        shades = [0] + [first + (_SHADES - 1) * cover // 255 for cover in range(1, 256)]
        self._sheet.paste(mask.point(shades), (round(at[0]), round(at[1])), mask.point(_COVERED))


def _filled(path: str, grid: int, scale: float) -> Image.Image:
    mask = _square(grid, scale)
    pen = ImageDraw.Draw(mask)
    for points in _enlarged(path, scale):
        pen.polygon(points, fill=255)
    return mask


def _square(grid: int, scale: float) -> Image.Image:
    side = round(grid * scale * _FINER)
    return Image.new("L", (side, side))


def _enlarged(path: str, scale: float) -> list[list[Point]]:
    return [[(x * scale * _FINER, y * scale * _FINER) for x, y in line] for line in lines(path)]
