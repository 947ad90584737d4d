"""Reduces the fonts of the share pictures to the characters that the pictures may contain.

A font keeps vertical forms as a feature that only a shaping library applies. Here they get code
points of their own, so that the server needs no such library. The same source and characters give
the same bytes.
"""

import io
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from kirosample.web.drawing.faces import TURNED, vertical
from tools.fonts import characters

_FORMS = {"值": "値", "鄉": "鄕"}
"""Characters of classical Chinese that Noto Serif JP has only in another form."""

_DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT", "DSIG"]


def japanese(source: Path) -> tuple[bytes, set[str]]:
    """The Japanese font, and the characters that the source lacks."""
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
    kept = wanted | {vertical(char) for char in turned.values()}
    return reduced(font, kept), {char for char in wanted - _FORMS.keys() if ord(char) not in cmap}


def western(source: Path) -> tuple[bytes, set[str]]:
    """The Western font, and the characters that the source lacks."""
    font = load(source)
    wanted = characters.western()
    cmap = font.getBestCmap()
    return reduced(font, wanted), {char for char in wanted if ord(char) not in cmap}


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


def _vertical_forms(font: TTFont) -> dict[str, str]:
    """The vertical form of each glyph that has one, by name."""
    table = font["GSUB"].table
    vertical_lookups = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "vert"
        for index in record.Feature.LookupListIndex
    }
    forms: dict[str, str] = {}
    for index in sorted(vertical_lookups):
        for part in table.LookupList.Lookup[index].SubTable:
            forms |= getattr(part, "ExtSubTable", part).mapping
    return forms
