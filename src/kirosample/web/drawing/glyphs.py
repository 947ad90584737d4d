"""Whether the pictures can show the texts; without Pillow, at the start of a checkout."""

import struct
from pathlib import Path
from typing import Final

JAPANESE_FONT: Final = Path(__file__).with_name("NotoSerifJP-Medium.subset.ttf")


def check() -> None:
    """The font has every character of the name, quotes and lots. ContentError names the entry."""
    from kirosample import omikuji, quotes  # which the process that draws does not load
    from kirosample.content import ContentError
    from kirosample.web.site import NAME

    texts = [("web/site.py", NAME.ja)]
    texts += [
        (f"{file}: {entry}", text)
        for quote in quotes.load().quotes
        for file, entry, text in (
            ("quotes/catalogue.toml", quote.id, quote.text.ja + quote.source.ja),
            ("quotes/authors.toml", quote.author.name.ja, quote.author.name.ja),
        )
    ]
    verses = (lot.waka for lot in omikuji.lots().values())
    texts += [("omikuji/lots.toml", waka.text.ja + waka.author.name.ja) for waka in verses]
    known = characters(JAPANESE_FONT.read_bytes())
    for where, text in texts:
        if lacking := sorted(char for char in {*text} - known if not char.isspace()):
            named = "".join(lacking)
            raise ContentError(
                f"{where}: the pictures' font has no {named}: run `make fonts`, which adds it"
            )


def characters(font: bytes) -> set[str]:
    """Those that an OpenType font has glyphs for: its table `cmap`, format 12."""
    (tables,) = struct.unpack_from(">H", font, 4)
    headers = (struct.unpack_from(">4sIII", font, 12 + 16 * at) for at in range(tables))
    [cmap] = [offset for tag, _, offset, _ in headers if tag == b"cmap"]
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    parts = (struct.unpack_from(">HHI", font, cmap + 4 + 8 * at)[2] + cmap for at in range(count))
    part = next(at for at in parts if struct.unpack_from(">H", font, at) == (12,))
    (groups,) = struct.unpack_from(">I", font, part + 12)
    ranges = (struct.unpack_from(">III", font, part + 16 + 12 * at) for at in range(groups))
    return {chr(code) for first, last, _ in ranges for code in range(first, last + 1)}
