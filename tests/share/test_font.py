"""The fonts in the package have all that the pictures may have to show."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from tests.share import make_font

from kirosample import quotes
from kirosample.quotes import LANGUAGES
from kirosample.share.faces import WESTERN, typographic
from kirosample.share.glyphs import JAPANESE_FONT, KERNING, WESTERN_FONT, ligated, vertical
from kirosample.web import share_cards

MOST_BYTES = 1_500_000


@pytest.mark.parametrize(
    ("font", "wanted"),
    [(JAPANESE_FONT, make_font.japanese()), (WESTERN_FONT, make_font.western())],
)
def test_every_character_that_may_stand_in_a_picture_has_a_glyph(
    font: Path, wanted: set[str]
) -> None:
    known = set(TTFont(font).getBestCmap())
    missing = {one for one in wanted if ord(one) not in known}
    assert not missing, f"make the fonts again: {''.join(sorted(missing))}"


def test_what_stands_otherwise_in_a_column_has_a_form_for_it() -> None:
    glyphs = TTFont(JAPANESE_FONT).getBestCmap()
    in_columns = {one for quote in quotes.load().quotes for one in quote.text} - {"　"}
    other = {one for one in in_columns if glyphs[ord(vertical(one))] != glyphs[ord(one)]}
    assert set("、。「」『』ー…っゃァッ") & in_columns <= other
    # What is the same in a column: letters, and marks that stand upright there too.
    marks = {one for one in in_columns - other if not one.isalnum()}
    assert marks <= set("？！")


def test_originals_that_are_set_in_western_letters_are_of_such_alphabets() -> None:
    assert LANGUAGES.keys() > share_cards.WESTERN
    assert LANGUAGES.keys() - share_cards.WESTERN == {"ar", "bn", "fa", "pi", "sa", "zh"}


def test_letters_stand_as_near_as_they_should() -> None:
    for pair in ("To", "AV", "L’"):
        apart = sum(WESTERN.length(one, 1000) for one in pair)
        assert apart - WESTERN.length(pair, 1000) > 40, pair
    assert WESTERN.length("nn", 1000) == 2 * WESTERN.length("n", 1000)
    assert WESTERN.length("office", 1000) == WESTERN.length(ligated("office"), 1000)
    assert len(ligated("office fluff")) == len("oﬃce ﬂuﬀ")
    assert KERNING.stat().st_size < 50_000


def test_originals_have_the_apostrophes_and_spaces_of_a_book() -> None:
    assert typographic("plein d'usage et raison !") == "plein d’usage et raison\N{NO-BREAK SPACE}!"
    assert typographic("« oui »") == "«\N{NO-BREAK SPACE}oui\N{NO-BREAK SPACE}»"
    assert typographic("It is, 'tis") == "It is, 'tis"


def test_the_fonts_are_small_and_come_with_their_licences() -> None:
    folder = JAPANESE_FONT.parent
    fonts = sorted(folder.glob("*.ttf"))
    assert {JAPANESE_FONT, WESTERN_FONT} == set(fonts)
    assert sum(font.stat().st_size for font in (*fonts, KERNING)) < MOST_BYTES
    for name, owner in (
        ("NotoSerifJP", "Adobe"),
        ("EBGaramond", "The EB Garamond Project Authors"),
    ):
        licence = (folder / f"{name}-LICENSE.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE" in licence
        assert owner in licence
