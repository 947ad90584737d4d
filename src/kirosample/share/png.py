"""Writing a PNG of colors from a palette (ISO/IEC 15948).

Pillow's own way of saving loads the readers of five other formats first: two megabytes of memory
for these lines.
"""

import struct
import zlib
from typing import Final

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_BITS, _PALETTE, _DEFLATE, _ADAPTIVE, _NOT_INTERLACED = 8, 3, 0, 0, 0
_UNFILTERED: Final = b"\0"  # what stands before each row: neighbours in a palette are no neighbours


def png(size: tuple[int, int], palette: bytes, pixels: bytes) -> bytes:
    """The file. Three bytes a color, and one for each pixel, row by row: which color it is of."""
    width, height = size
    header = struct.pack(
        ">IIBBBBB", width, height, _BITS, _PALETTE, _DEFLATE, _ADAPTIVE, _NOT_INTERLACED
    )
    deflate = zlib.compressobj(level=9)
    data = bytearray()
    for start in range(0, len(pixels), width):
        data += deflate.compress(_UNFILTERED + pixels[start : start + width])
    data += deflate.flush()
    parts = (b"IHDR", header), (b"PLTE", palette), (b"IDAT", bytes(data)), (b"IEND", b"")
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
