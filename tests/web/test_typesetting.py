"""A quote stands upright in columns that break where a reader would pause."""

from hypothesis import given
from hypothesis import strategies as st

from kirosample.quotes import load
from kirosample.web.typesetting import columns, height, many


def test_each_phrase_of_a_poem_has_its_own_column() -> None:
    assert columns("友がみなわれよりえらく見ゆる日よ　花を買ひ来て　妻としたしむ") == [
        "友がみなわれよりえらく見ゆる日よ",
        "花を買ひ来て",
        "妻としたしむ",
    ]


def test_prose_breaks_after_its_clauses() -> None:
    text = (
        "牀前に明月の光、疑うらくはこれ地上の霜かと。頭をあげて明月を望み、頭をたれて故郷を思う。"
    )
    assert columns(text) == [
        "牀前に明月の光、",
        "疑うらくはこれ地上の霜かと。",
        "頭をあげて明月を望み、",
        "頭をたれて故郷を思う。",
    ]


def test_short_clauses_share_a_column() -> None:
    assert columns("来た、見た、勝った。") == ["来た、見た、勝った。"]


def test_a_closing_bracket_stays_with_its_sentence() -> None:
    assert (
        columns("「もう行こうではないか。」彼はそれだけを言った。")[0]
        == "「もう行こうではないか。」"
    )


@given(st.text("春の、夜。！」", min_size=1, max_size=90))
def test_no_character_is_lost_or_moved(text: str) -> None:
    assert "".join(columns(text)) == text


def test_a_clause_too_long_for_a_column_is_divided_evenly() -> None:
    assert height(["あ" * 30]) == 17


def test_every_quote_of_the_catalogue_fits_the_heights_that_the_style_sheet_has() -> None:
    assert all(8 <= height(columns(quote.text)) <= 18 for quote in load().quotes)


def test_what_fills_more_than_five_columns_is_set_smaller() -> None:
    assert not many(["あ"] * 5)
    assert many(["あ"] * 6)
    assert many(["あ" * 30] * 3)
