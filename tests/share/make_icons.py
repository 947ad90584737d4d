"""Make the icons of the installed app again, from the mark of the portal.

python -m tests.share.make_icons
"""

from importlib import resources
from pathlib import Path

from kirosample.share.canvas import Canvas
from kirosample.share.sheet import BRAND, PAPER, brand

FOLDER = Path(str(resources.files("kirosample.web"))) / "static"

# A launcher may cut a maskable one to a circle of four fifths of its side.
ICONS = {
    "icon-180.png": (180, 0.72),
    "icon-192.png": (192, 0.8),
    "icon-512.png": (512, 0.8),
    "icon-maskable-512.png": (512, 0.56),
}


_LOWER = 3.6  # of the mark's 32 units: what is free at its foot


def icon(side: int, part: float) -> bytes:
    """The mark on a square, as large a part of its side, its visible part in the middle."""
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
