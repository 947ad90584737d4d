"""The fonts have every glyph that the pictures need."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from kirosample import quotes
from kirosample.web.drawing.faces import (
    JAPANESE_FONT,
    KERNING,
    WESTERN,
    WESTERN_FONT,
    ligated,
    vertical,
)
from kirosample.web.drawing.glyphs import characters as characters_of
from tools.fonts import characters


@pytest.mark.parametrize(
    ("font", "wanted"),
    [(JAPANESE_FONT, characters.japanese()), (WESTERN_FONT, characters.western())],
)
def test_every_character_of_the_pictures_has_a_glyph(font: Path, wanted: set[str]) -> None:
    known = set(TTFont(font).getBestCmap())
    if font == JAPANESE_FONT:  # which a checkout's start looks into, without fontTools
        assert characters_of(font.read_bytes()) == set(map(chr, known))
    missing = {char for char in wanted if ord(char) not in known}
    assert not missing, f"{font.name} lacks {''.join(sorted(missing))}: run `make fonts`"


def test_characters_with_vertical_forms_have_glyphs_for_them() -> None:
    glyphs = TTFont(JAPANESE_FONT).getBestCmap()
    in_columns = {char for quote in quotes.load().quotes for char in quote.text.ja} - {"　"}
    other = {char for char in in_columns if glyphs[ord(vertical(char))] != glyphs[ord(char)]}
    assert set("、。「」『』ー…っゃァッ") & in_columns <= other
    # Letters are the same in a column, and so are marks that stand upright there too.
    marks = {char for char in in_columns - other if not char.isalnum()}
    assert marks <= set("？！")


def test_western_letters_are_kerned() -> None:
    for pair in ("To", "AV", "L’"):
        apart = sum(WESTERN.length(letter, 1000) for letter in pair)
        assert apart - WESTERN.length(pair, 1000) > 40, pair
    assert WESTERN.length("nn", 1000) == 2 * WESTERN.length("n", 1000)
    assert WESTERN.length("office", 1000) == WESTERN.length(ligated("office"), 1000)
    assert len(ligated("office fluff")) == len("oﬃce ﬂuﬀ")
    assert KERNING.stat().st_size < 50_000
