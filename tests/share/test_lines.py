"""Lines break where Japanese lets them, and read evenly."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.servers import NOON

from kirosample import horoscope, quotes
from kirosample.share.lines import break_lines, break_words, broken_words, width

NEVER_FIRST = set("、。，．・：；？！」』）ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
NEVER_LAST = set("「『（")
TEXTS = [
    *(quote.text for quote in quotes.load().quotes),
    *(quote.source for quote in quotes.load().quotes),
    *(reading.text for reading in horoscope.readings(NOON.date())),
]


@pytest.mark.parametrize("most", [7, 10, 16])
def test_no_line_of_ours_begins_or_ends_with_what_may_not_stand_there(most: int) -> None:
    for text in TEXTS:
        lines = break_lines(text, most)
        assert "".join(lines) == text
        for line, following in pairwise(lines):
            assert following[0] not in NEVER_FIRST, lines
            assert line[-1] not in NEVER_LAST, lines


@given(st.text(st.sampled_from("あ亜ア「」、。ー1aっ")), st.integers(1, 12))
def test_every_text_is_divided_and_nothing_of_it_lost(text: str, most: int) -> None:
    lines = break_lines(text, most)
    assert "".join(lines) == text
    assert all(lines)
    for line in lines:
        fits = sum(map(width, line)) <= most
        assert fits or len(break_lines(line, 0.1)) == 1, "longer only where nothing may divide it"


def test_a_number_and_a_word_of_latin_letters_stay_whole() -> None:
    assert break_lines("それは1910年のOctoberのことです", 6, lambda _: 1.0)[1].startswith("1910")
    assert any("October" in line for line in break_lines("それは1910年のOctoberのこと", 8))


def test_a_break_at_a_pause_is_worth_an_uneven_line() -> None:
    assert break_lines("急がず、あせらずに歩くこと", 9) == ["急がず、", "あせらずに歩くこと"]


def test_lines_are_about_as_long_as_each_other() -> None:
    assert [len(line) for line in break_lines("亜" * 21, 20)] in ([10, 11], [11, 10])


def test_a_name_is_divided_between_its_parts() -> None:
    assert break_lines("ヘンリー・デイヴィッド・ソロー", 11)[0].endswith("・")


def test_divided_words_are_counted() -> None:
    assert broken_words(["急がず、", "あせらずに", "歩くこと"]) == 0
    assert broken_words(["急がず、あせ", "らずに歩くこと"]) == 1


def test_western_lines_are_about_as_long_as_each_other() -> None:
    lines = break_words(" ".join(["word"] * 12), 44, len)
    assert [len(line) for line in lines] == [29, 29], "not nine words and three"


def test_a_western_line_ends_at_a_pause_and_not_with_a_short_word() -> None:
    assert break_words("Do what you can, with it all", 20, len) == [
        "Do what you can,",
        "with it all",
    ]
    assert break_words("crowd of golden chestnut", 15, len) == ["crowd of golden", "chestnut"]


@given(st.lists(st.text("aé,’-", min_size=1), min_size=1), st.integers(1, 12))
def test_no_western_word_is_divided_nor_lost(words: list[str], most: int) -> None:
    lines = break_words(" ".join(words), most, len)
    assert [word for line in lines for word in line.split(" ")] == words
    assert all(len(line) <= most or " " not in line for line in lines)
