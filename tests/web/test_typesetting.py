"""A quote stands upright in columns that break where a reader would pause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kirosample.quotes import Quote, load
from kirosample.web.typesetting import columns, height, many, phrases


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


@pytest.mark.parametrize(
    "marked",
    [
        "知りたいという|思いは、どんな|人にも|生まれつき|備わっている。",
        "桜の|花があんなにも|見事に|咲くなんて",
        "思い込みを|捨てる",
        "人生は|何事をも|為さぬには|余りに|長い",
        "不来方のお城の|草に|寝ころびて",
        "さらさらと",
    ],
)
def test_lines_may_break_between_phrases(marked: str) -> None:
    assert phrases(marked.replace("|", "")) == marked.split("|")


@given(st.sampled_from(load().quotes))
def test_no_phrase_is_empty_and_nothing_is_lost(quote: Quote) -> None:
    found = phrases(quote.text)
    assert "".join(found) == quote.text
    assert all(found)
