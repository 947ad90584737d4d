"""The font in the package has all that the pictures may have to show."""

from fontTools.ttLib import TTFont
from tests.share.make_font import characters

from kirosample import quotes
from kirosample.share.glyphs import FONT, vertical

MOST_BYTES = 1_500_000


def test_every_character_of_the_quotes_and_the_readings_has_a_glyph() -> None:
    known = set(TTFont(FONT).getBestCmap())
    missing = {one for one in characters() if ord(one) not in known}
    assert not missing, f"make the font again: {''.join(sorted(missing))}"


def test_what_stands_otherwise_in_a_column_has_a_form_for_it() -> None:
    glyphs = TTFont(FONT).getBestCmap()
    in_columns = {one for quote in quotes.load().quotes for one in quote.text} - {"　"}
    other = {one for one in in_columns if glyphs[ord(vertical(one))] != glyphs[ord(one)]}
    assert set("、。「」『』ー…っゃァッ") & in_columns <= other
    # What is the same in a column: letters, and marks that stand upright there too.
    marks = {one for one in in_columns - other if not one.isalnum()}
    assert marks <= set("？！")


def test_the_font_is_small_and_comes_with_its_licence() -> None:
    assert FONT.stat().st_size < MOST_BYTES
    licence = FONT.with_name("NotoSerifJP-LICENSE.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
    assert "Adobe" in licence
