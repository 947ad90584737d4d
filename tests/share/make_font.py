"""Make the pictures' fonts again, after new words: the characters that they use, and no other.

    python -m tests.share.make_font NotoSerifJP_500Medium.ttf EBGaramond_500Medium.ttf

They are in the npm packages @expo-google-fonts/noto-serif-jp and @expo-google-fonts/eb-garamond, in
500Medium/, with their licences.
"""

import argparse
import json
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from tests import messages

from kirosample import quotes
from kirosample.share.glyphs import JAPANESE_FONT, KERNING, TURNED, WESTERN_FONT, vertical
from kirosample.web.share_cards import WESTERN

SOURCE = JAPANESE_FONT.parent.parent
FILES = (
    *sorted((SOURCE / "horoscope").rglob("*.py")),
    SOURCE / "web/japanese.py",
    SOURCE / "web/scores.py",
    SOURCE / "web/share_cards.py",
)

JAPANESE_FORMS = {"值": "値", "鄉": "鄕"}
"""Characters of classical Chinese that Noto Serif JP has in another form alone."""

_DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT", "DSIG"]
_LEAST_KERNING = 10  # thousandths of an em: less is not seen


def japanese() -> set[str]:
    """What may stand in the Japanese font: quotes, classical Chinese, what the files say, kana."""
    found = set(string.printable) | TURNED
    found |= {chr(code) for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30FD))}
    for quote in quotes.load().quotes:
        found |= set(quote.text + quote.author + quote.source)
        if quote.original and quote.language == "zh":
            found |= set(quote.original)
    for file in FILES:
        found |= set(file.read_text(encoding="utf-8"))
    return {one for one in found if one.isprintable()}


def western_words() -> set[str]:
    """What stands in the other one: originals, names and words in English, ligatures."""
    found = set(string.printable) | set("ﬀﬁﬂﬃﬄ’–\N{NO-BREAK SPACE}")
    for quote in quotes.load().quotes:
        if quote.original and quote.language in WESTERN:
            found |= set(quote.original)
    for message in messages.translated():
        if message.context:
            found |= set(str(message.string))
    return {one for one in found if one.isprintable()} | {"\N{NO-BREAK SPACE}"}


def western() -> set[str]:
    """And what names may yet have: every letter of Latin-1 and Latin Extended-A."""
    return western_words() | {chr(code) for code in range(0xA1, 0x180) if code != 0xAD}


def make_japanese(source: Path) -> set[str]:
    """Write the Japanese font; tells the characters that the source does not have."""
    font = TTFont(source)
    wanted, cmap = japanese(), font.getBestCmap()
    turned = {cmap[ord(one)]: one for one in sorted(TURNED) if ord(one) in cmap and one in wanted}
    forms = {turned[name]: form for name, form in _vertical_forms(font).items() if name in turned}
    for table in font["cmap"].tables:
        if table.format == 12:
            for one in turned.values():
                table.cmap[ord(vertical(one))] = forms.get(one, cmap[ord(one)])
            for one, form in JAPANESE_FORMS.items():
                table.cmap[ord(one)] = cmap[ord(form)]
    _cut(font, wanted | {vertical(one) for one in turned.values()})
    font.save(JAPANESE_FONT)
    return {one for one in wanted - JAPANESE_FORMS.keys() if ord(one) not in cmap}


def make_western(source: Path) -> set[str]:
    """Write the other font and its kerning; tells the characters that the source does not have."""
    font = TTFont(source)
    wanted, cmap = western(), font.getBestCmap()
    KERNING.write_text(_told(_kerning(font)), encoding="utf-8")
    _cut(font, wanted)
    font.save(WESTERN_FONT)
    return {one for one in wanted if ord(one) not in cmap}


def _cut(font: TTFont, characters: set[str]) -> None:
    """Leave of a font what these characters need."""
    options = subset.Options(
        hinting=False, layout_features=[], name_IDs=[0, 1, 2, 4, 6, 13, 14], notdef_outline=True
    )
    options.drop_tables += _DROPPED
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(characters))
    subsetter.subset(font)


def _kerning(font: TTFont) -> dict[str, dict[str, int]]:
    """How much nearer, in thousandths of an em, the characters stand that our texts have."""
    cmap = font.getBestCmap()
    names = {cmap[ord(one)]: one for one in sorted(western_words()) if ord(one) in cmap}
    pairs: Counter[tuple[str, str]] = Counter()
    for lookup in _lookups(font["GPOS"], "kern"):
        known: dict[tuple[str, str], int] = {}
        for part in lookup.SubTable:
            for pair, value in _pairs(getattr(part, "ExtSubTable", part), set(names)):
                known.setdefault(pair, value)  # the first that knows a pair has it
        pairs.update(known)
    found: dict[str, dict[str, int]] = {}
    kerned = ((names[one], names[other], value) for (one, other), value in pairs.items())
    for one, other, value in sorted(kerned):
        if abs(value) >= _LEAST_KERNING:
            found.setdefault(one, {})[other] = value
    return found


def _told(kerning: dict[str, dict[str, int]]) -> str:
    """As JSON, a line for each first character."""
    lines = (json.dumps({one: others}, ensure_ascii=False)[1:-1] for one, others in kerning.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _pairs(part: Any, glyphs: set[str]) -> Iterator[tuple[tuple[str, str], int]]:
    """The pairs of glyphs in one part of a table, each with its value."""
    firsts = [name for name in part.Coverage.glyphs if name in glyphs]
    if part.Format == 1:
        sets = dict(zip(part.Coverage.glyphs, part.PairSet, strict=True))
        for first in firsts:
            for record in sets[first].PairValueRecord:
                if record.SecondGlyph in glyphs:
                    yield (first, record.SecondGlyph), _advance(record.Value1)
        return
    for first in firsts:
        row = part.Class1Record[part.ClassDef1.classDefs.get(first, 0)].Class2Record
        for second in glyphs:
            record = row[part.ClassDef2.classDefs.get(second, 0)]
            yield (first, second), _advance(record.Value1)


def _advance(value: Any) -> int:
    return getattr(value, "XAdvance", 0) if value else 0


def _vertical_forms(font: TTFont) -> dict[str, str]:
    """The name of each glyph that has a vertical form, and that form's."""
    forms: dict[str, str] = {}
    for lookup in _lookups(font["GSUB"], "vert"):
        for part in lookup.SubTable:
            forms |= getattr(part, "ExtSubTable", part).mapping
    return forms


def _lookups(table: Any, feature: str) -> list[Any]:
    """What a feature of a font looks up, in order."""
    found = {
        index
        for record in table.table.FeatureList.FeatureRecord
        if record.FeatureTag == feature
        for index in record.Feature.LookupListIndex
    }
    return [table.table.LookupList.Lookup[index] for index in sorted(found)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("japanese", type=Path, help="the whole of Noto Serif JP, a TrueType file")
    parser.add_argument("western", type=Path, help="the whole of EB Garamond, a TrueType file")
    given = parser.parse_args()
    for font, missing in (
        (JAPANESE_FONT, make_japanese(given.japanese)),
        (WESTERN_FONT, make_western(given.western)),
    ):
        print(
            f"{font.name}: {font.stat().st_size:,} bytes; not in the font: {missing or 'nothing'}"
        )


if __name__ == "__main__":
    main()
