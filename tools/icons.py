"""`python -m tools.icons`: make the icons of the installed app from the portal's logo."""

from importlib import resources
from pathlib import Path

from kirosample.web.drawing.canvas import Canvas
from kirosample.web.drawing.sheet import BRAND, PAPER, brand

FOLDER = Path(str(resources.files("kirosample.web"))) / "static"

# A launcher may crop a maskable icon to a circle of 80 % of its side.
ICONS = {
    "icon-180.png": (180, 0.72),
    "icon-192.png": (192, 0.8),
    "icon-512.png": (512, 0.8),
    "icon-maskable-512.png": (512, 0.56),
}

# Of the app's shortcuts: 暦, 星占い, おみくじ.
SHORTCUTS = {"shortcut-date.png": "暦", "shortcut-sign.png": "星", "shortcut-lot.png": "吉"}
_SHORTCUT = 192  # pixels, twice what a launcher asks for


_LOWER = 3.6  # of the logo's 32 units, to center its visible part


def icon(side: int, part: float) -> bytes:
    """The logo centered on a square, scaled to this part of its side."""
    canvas = Canvas((side, side), BRAND)
    scale = side * part / 32
    edge = side * (1 - part) / 2
    brand(canvas, (edge, edge + _LOWER * scale), scale, PAPER)
    return canvas.png()


def shortcut(character: str) -> bytes:
    """A character in the middle of a square, within the circle of a launcher."""
    size = _SHORTCUT // 2
    canvas = Canvas((_SHORTCUT, _SHORTCUT), BRAND)
    canvas.upright(character, (_SHORTCUT / 2, (_SHORTCUT - size) / 2), size, PAPER)
    return canvas.png()


def main() -> None:
    icons = {name: icon(side, part) for name, (side, part) in ICONS.items()}
    shortcuts = {name: shortcut(character) for name, character in SHORTCUTS.items()}
    for name, png in (icons | shortcuts).items():
        (FOLDER / name).write_bytes(png)
        print(f"{name}: {(FOLDER / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
