"""Tables of every day in one file: a CRC-32 (4 bytes, big-endian) and the rows of the days."""

from importlib.resources import files
from zlib import crc32

from kirosample.content import ContentError

_CRC_BYTES = 4


def sealed(rows: bytes, seed: int = 0) -> bytes:
    """The file of these rows. Its checksum starts from `seed`: what the rows were made from."""
    return crc32(rows, seed).to_bytes(_CRC_BYTES, "big") + rows


def unsealed(name: str, data: bytes, size: int, seed: int = 0) -> bytes:
    """The rows, `size` bytes. Raises ContentError, which names the program that writes the file."""
    expected = _CRC_BYTES + size
    if len(data) != expected:
        wrong = f"has {len(data)} bytes, not {expected}"
    elif crc32(rows := data[_CRC_BYTES:], seed).to_bytes(_CRC_BYTES, "big") != data[:_CRC_BYTES]:
        wrong = "does not match its checksum"
    else:
        return rows
    raise ContentError(
        f"horoscope/{name} {wrong}; write it: python -m tools.horoscope.write_tables"
    )


def content(name: str) -> bytes:
    """The bytes of a file of this package."""
    return files("kirosample.horoscope").joinpath(name).read_bytes()
