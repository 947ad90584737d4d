"""A vertical quote breaks into columns at pauses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kirosample.quotes import Quote, lines, load, ruby
from kirosample.web.typesetting.columns import columns, height, many
from kirosample.web.typesetting.phrases import phrases


@pytest.mark.parametrize(
    "marked",
    [
        "友がみなわれよりえらく見ゆる日よ　|花を買ひ来て　|妻としたしむ",
        "牀前に明月の光、|疑うらくはこれ地上の霜かと。|頭をあげて明月を望み、|頭をたれて故郷を思う。",
        "来た、見た、勝った。",
        "「もう行こうではないか。」|彼はそれだけを言った。",
    ],
)
def test_a_text_is_split_into_columns(marked: str) -> None:
    assert columns(marked.replace("|", "")) == marked.replace("　", "").split("|")


@given(st.text("春の、夜。！」", min_size=1, max_size=90))
def test_no_character_is_lost_or_moved(text: str) -> None:
    assert "".join(columns(text)) == text


def test_a_clause_too_long_for_a_column_is_divided_evenly_between_phrases() -> None:
    assert [len(column) for column in columns("亜" * 30)] == [15, 15]
    halves = ["人はどこまで往つて踏み止まる", "ことが出来るものやら"]
    assert columns("人はどこまで往つて踏み止まる|ことが出来るものやら") == halves


def test_columns_keep_the_furigana_and_do_not_divide_what_it_stands_above() -> None:
    marked = "亜亜亜亜亜亜亜亜亜亜{熟田津|にぎたづ}亜亜亜亜亜亜亜"
    assert columns(marked) == ["亜亜亜亜亜亜亜亜亜亜", "{熟田津|にぎたづ}亜亜亜亜亜亜亜"]
    assert height(columns(marked)) == 10
    assert height(["亜亜亜亜亜亜亜亜亜{灯|ともしび}"]) == 11, "a reading may need more room"


def test_every_quote_has_a_height_that_the_style_sheet_knows() -> None:
    for quote in load().quotes:
        upright = columns(quote.ruby or quote.text.ja)
        assert 8 <= height(upright) <= 18, quote.id
        assert ruby.plain("".join(upright)) == "".join(lines(quote.text.ja))
    assert not many(["あ"] * 5)
    assert many(["あ"] * 6), "which need a smaller size"


@pytest.mark.parametrize(
    "marked",
    [
        "知りたいという|思いは、どんな|人にも|生まれつき|備わっている。",
        "桜の|花があんなにも|見事に|咲くなんて",
        "思い込みを|捨てる",
        "人生は|何事をも|為さぬには|余りに|長い",
        "不来方のお城の|草に|寝ころびて",
        "さらさらと",
        "世の中を|歩く",
        "無事にこの世を|渡る",
        "ほどの|愚か者",
        "つむじ風で|頭がまっ白に",
    ],
)
def test_a_text_is_split_into_phrases(marked: str) -> None:
    assert phrases(marked.replace("|", "")) == marked.split("|")


@given(st.sampled_from(load().quotes))
def test_no_phrase_is_empty_and_nothing_is_lost(quote: Quote) -> None:
    marked = quote.ruby or quote.text.ja
    divided = phrases(marked)
    assert ruby.plain("".join(divided)) == quote.text.ja
    assert all(divided)


def test_a_mark_ends_a_phrase_that_no_rule_finds() -> None:
    assert phrases("あるけば|{金鳳花|きんぽうげ}") == ["あるけば", "{金鳳花|きんぽうげ}"]
    halves = ["あるけばきんぽうげ", "すわればきんぽうげ"]
    assert columns("|".join(halves)) == halves
