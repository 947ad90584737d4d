"""Make the pictures' font again, after new words: the characters that they use, of Noto Serif JP.

    python -m tests.share.make_font NotoSerifJP-Medium.ttf

The font is in the npm package @expo-google-fonts/noto-serif-jp (500Medium/), with its licence.
"""

import argparse
import string
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from kirosample import quotes
from kirosample.share.glyphs import FONT, TURNED, vertical

SOURCE = FONT.parent.parent
FILES = (
    *sorted((SOURCE / "horoscope").rglob("*.py")),
    *sorted((SOURCE / "share").glob("*.py")),
    SOURCE / "web/japanese.py",
    SOURCE / "web/share_pictures.py",
)


def characters() -> set[str]:
    """What the pictures may have to show: quotes, what stands in these files, kana."""
    found = set(string.printable) | TURNED
    found |= {chr(code) for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30FD))}
    for quote in quotes.load().quotes:
        found |= set(quote.text + quote.author + quote.source)
    for file in FILES:
        found |= set(file.read_text(encoding="utf-8"))
    return {one for one in found if one.isprintable()}


def make(source: Path, target: Path) -> set[str]:
    """Write the font; tells the characters that the source does not have."""
    font = TTFont(source)
    wanted = characters()
    cmap = font.getBestCmap()
    turned = {cmap[ord(one)]: one for one in sorted(TURNED) if ord(one) in cmap and one in wanted}
    forms = {turned[name]: form for name, form in _vertical_forms(font).items() if name in turned}
    for table in font["cmap"].tables:
        if table.format == 12:
            for one in turned.values():
                table.cmap[ord(vertical(one))] = forms.get(one, cmap[ord(one)])
    options = subset.Options(
        hinting=False, layout_features=[], name_IDs=[0, 1, 2, 4, 6, 13, 14], notdef_outline=True
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(wanted | {vertical(one) for one in turned.values()}))
    subsetter.subset(font)
    font.save(target)
    return {one for one in wanted if ord(one) not in cmap}


def _vertical_forms(font: TTFont) -> dict[str, str]:
    """The name of each glyph that has a vertical form, and that form's."""
    table = font["GSUB"].table
    lookups = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "vert"
        for index in record.Feature.LookupListIndex
    }
    forms: dict[str, str] = {}
    for index in sorted(lookups):
        for part in table.LookupList.Lookup[index].SubTable:
            forms |= getattr(part, "ExtSubTable", part).mapping
    return forms


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("font", type=Path, help="the whole font, a TrueType file")
    missing = make(parser.parse_args().font, FONT)
    print(f"{FONT.name}: {FONT.stat().st_size:,} bytes; not in the font: {missing or 'nothing'}")


if __name__ == "__main__":
    main()
