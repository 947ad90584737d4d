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


_LOWER = 3.6  # of the logo's 32 units, to center its visible part


def icon(side: int, part: float) -> bytes:
    """The logo centered on a square, scaled to this part of its side."""
    canvas = Canvas((side, side), BRAND)
    scale = side * part / 32
    edge = side * (1 - part) / 2
    brand(canvas, (edge, edge + _LOWER * scale), scale, PAPER)
    return canvas.png()


def main() -> None:
    for name, (side, part) in ICONS.items():
        (FOLDER / name).write_bytes(icon(side, part))
        print(f"{name}: {(FOLDER / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
