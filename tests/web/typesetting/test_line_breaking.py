"""Lines break where Japanese allows it, with about the same length."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kirosample import horoscope, quotes
from kirosample.horoscope import SIGNS
from kirosample.web.typesetting.line_breaking import break_lines, break_words, width
from kirosample.web.typesetting.phrases import NAMES
from tools.servers import NOON

NEVER_FIRST = set("、。，．・：；？！」』）ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
NEVER_LAST = set("「『（")
TEXTS = [
    *(quote.text.ja for quote in quotes.load().quotes),
    *(quote.source.ja for quote in quotes.load().quotes),
    *(reading.text.ja for reading in horoscope.readings(NOON.date())),
]


@pytest.mark.parametrize("most", [7, 10, 16])
def test_no_line_begins_or_ends_with_a_forbidden_character(most: int) -> None:
    for text in TEXTS:
        lines = break_lines(text, most)
        assert "".join(lines) == text
        for line, following in pairwise(lines):
            assert following[0] not in NEVER_FIRST, lines
            assert line[-1] not in NEVER_LAST, lines


@given(st.text(st.sampled_from("あ亜ア「」、。ー1aっ")), st.integers(1, 12))
def test_breaking_a_text_loses_nothing(text: str, most: int) -> None:
    lines = break_lines(text, most)
    assert "".join(lines) == text
    assert all(lines)
    for line in lines:
        fits = sum(map(width, line)) <= most
        assert fits or len(break_lines(line, 0.1)) == 1, "longer only where nothing may divide it"


def test_numbers_and_latin_words_do_not_break() -> None:
    assert break_lines("それは1910年のOctoberのことです", 5)[1].startswith("1910")
    assert any("October" in line for line in break_lines("それは1910年のOctoberのこと", 8))


@pytest.mark.parametrize(
    ("broken", "most"),
    [
        ("急がず、|あせらずに歩くこと", 9),  # a pause is preferred to even lines
        ("亜亜亜亜亜亜亜亜亜亜|亜亜亜亜亜亜亜亜亜亜亜", 20),
        ("ヘンリー・|デイヴィッド・|ソロー", 7),
    ],
)
def test_japanese_lines_break_at_pauses_or_evenly(broken: str, most: int) -> None:
    assert break_lines(broken.replace("|", ""), most) == broken.split("|")


@pytest.mark.parametrize(
    ("broken", "most"),
    [
        ("word word word word word word|word word word word word word", 44),
        ("Do what you can,|with it all", 20),
        ("crowd of golden|chestnut", 15),  # not after a short word
    ],
)
def test_western_lines_break_at_pauses_or_evenly(broken: str, most: int) -> None:
    assert break_words(broken.replace("|", " "), most, len) == broken.split("|")


@given(st.lists(st.text("aé,’-", min_size=1), min_size=1), st.integers(1, 12))
def test_no_western_word_is_divided_nor_lost(words: list[str], most: int) -> None:
    lines = break_words(" ".join(words), most, len)
    assert [word for line in lines for word in line.split(" ")] == words
    assert all(len(line) <= most or " " not in line for line in lines)


def test_no_name_of_a_sign_is_divided() -> None:
    assert all(NAMES.fullmatch(sign.name.ja) for sign in SIGNS)
