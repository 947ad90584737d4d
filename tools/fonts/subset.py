"""Reduces the fonts of the share pictures to the characters that the pictures may contain.

A font keeps vertical forms and kerning as features that only a shaping library applies. Here the
forms get code points of their own, and the kerning a file, so that the server needs no such
library. The same source and characters give the same bytes.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

from kirosample.web.drawing.faces import (
    JAPANESE_FONT,
    KERNING,
    TURNED,
    WESTERN_FONT,
    vertical,
)
from tools.fonts import characters

_FORMS = {"值": "値", "鄉": "鄕"}
"""Characters of classical Chinese that Noto Serif JP has only in another form."""

_DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT", "DSIG"]
_LEAST_KERNING = 10  # thousandths of an em; less is invisible


def japanese(source: Path) -> tuple[dict[Path, bytes], set[str]]:
    """The Japanese font's file, and the characters that the source lacks."""
    font = load(source)
    wanted = characters.japanese()
    cmap = font.getBestCmap()
    turned = {cmap[ord(char)]: char for char in sorted(TURNED & wanted) if ord(char) in cmap}
    forms = {turned[name]: form for name, form in _vertical_forms(font).items() if name in turned}
    for table in font["cmap"].tables:
        if table.format == 12:
            for char in turned.values():
                table.cmap[ord(vertical(char))] = forms.get(char, cmap[ord(char)])
            for char, form in _FORMS.items():
                table.cmap[ord(char)] = cmap[ord(form)]
    files = {JAPANESE_FONT: reduced(font, wanted | {vertical(char) for char in turned.values()})}
    return files, {char for char in wanted - _FORMS.keys() if ord(char) not in cmap}


def western(source: Path) -> tuple[dict[Path, bytes], set[str]]:
    """The Western font's files, and the characters that the source lacks."""
    font = load(source)
    wanted = characters.western()
    cmap = font.getBestCmap()
    files = {KERNING: _json(_kerning(font)).encode(), WESTERN_FONT: reduced(font, wanted)}
    return files, {char for char in wanted if ord(char) not in cmap}


def load(source: Path) -> TTFont:
    return TTFont(source, recalcTimestamp=False)  # else each run would give other bytes


def reduced(font: TTFont, wanted: set[str]) -> bytes:
    """The font with only what these characters need."""
    options = subset.Options(
        hinting=False, layout_features=[], name_IDs=[0, 1, 2, 4, 6, 13, 14], notdef_outline=True
    )
    options.drop_tables += _DROPPED
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(wanted))
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _kerning(font: TTFont) -> dict[str, dict[str, int]]:
    """The kerning of the characters in our texts, in thousandths of an em."""
    cmap = font.getBestCmap()
    texts = sorted(characters.western_texts())
    names = {cmap[ord(char)]: char for char in texts if ord(char) in cmap}
    pairs: Counter[tuple[str, str]] = Counter()
    for lookup in _lookups(font["GPOS"], "kern"):
        known: dict[tuple[str, str], int] = {}
        for part in lookup.SubTable:
            for pair, value in _pairs(getattr(part, "ExtSubTable", part), set(names)):
                known.setdefault(pair, value)  # the first subtable with a pair applies
        pairs.update(known)
    kerning: dict[str, dict[str, int]] = {}
    kerned = ((names[first], names[second], value) for (first, second), value in pairs.items())
    for first, second, value in sorted(kerned):
        if abs(value) >= _LEAST_KERNING:
            kerning.setdefault(first, {})[second] = value
    return kerning


def _json(kerning: dict[str, dict[str, int]]) -> str:
    """One line for each first character."""
    lines = (
        json.dumps({first: seconds}, ensure_ascii=False)[1:-1] for first, seconds in kerning.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _pairs(part: Any, glyphs: set[str]) -> Iterator[tuple[tuple[str, str], int]]:
    """The pairs of glyphs in a subtable, each with its value."""
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
    """The vertical form of each glyph that has one, by name."""
    forms: dict[str, str] = {}
    for lookup in _lookups(font["GSUB"], "vert"):
        for part in lookup.SubTable:
            forms |= getattr(part, "ExtSubTable", part).mapping
    return forms


def _lookups(table: Any, feature: str) -> list[Any]:
    """The lookups of a feature, in order."""
    indices = {
        index
        for record in table.table.FeatureList.FeatureRecord
        if record.FeatureTag == feature
        for index in record.Feature.LookupListIndex
    }
    return [table.table.LookupList.Lookup[index] for index in sorted(indices)]
