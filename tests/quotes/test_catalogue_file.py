"""The catalogue of the package."""

import re
from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest

from kirosample.quotes import CatalogueError, authors, load, searching
from kirosample.quotes.searching import folded, titles

QUOTES = load().quotes


def test_there_is_a_quote_for_each_day_of_a_leap_year() -> None:
    assert len(QUOTES) >= 366


def test_no_author_has_more_than_15_quotes() -> None:
    assert max(Counter(quote.author for quote in QUOTES).values()) <= 15


def test_no_quote_is_a_part_of_another() -> None:
    letters = {quote.id: "".join(filter(str.isalnum, folded(quote.text.ja))) for quote in QUOTES}
    for one, other in permutations(letters, 2):
        assert letters[one] not in letters[other], (one, other)


def test_every_quote_is_japanese_and_short_enough_for_a_phone() -> None:
    kana_or_kanji = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    for quote in QUOTES:
        assert len(quote.text.ja) <= 140, quote.id
        assert kana_or_kanji.search(quote.text.ja), quote.id


def test_every_source_names_a_work_or_an_occasion() -> None:
    named = re.compile("[『「]|句|歌|詩|書簡|演説|講演|断片|手稿")
    assert [quote.id for quote in QUOTES if not named.search(quote.source.ja)] == []


def test_english_words_and_sources_have_no_japanese_letter_and_typographic_marks() -> None:
    not_english = re.compile("[\u3000-\u9fff\uff00-\uffef\"'`]| -|- |--")
    for quote in QUOTES:
        found = {quote.source.en, quote.author.name.en}
        found |= {quote.text.en} - {quote.original}
        assert not not_english.search("".join(found)), quote.id


def test_every_title_of_the_table_is_in_a_source() -> None:
    sources = "".join(quote.source.ja for quote in QUOTES)
    assert [title for title in titles() if title not in sources] == []


def test_every_author_of_the_table_has_a_quote() -> None:
    assert {quote.author for quote in QUOTES} == set(authors.load().values())


@pytest.mark.parametrize(
    ("text", "problem"),
    [("[", "not TOML"), ('"草枕" = "Kusamakura"', "title 草枕: the reading must be in kana")],
)
def test_a_mistake_in_the_table_of_titles_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, problem: str
) -> None:
    (tmp_path / "titles.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(searching, "files", lambda _: tmp_path)
    with pytest.raises(CatalogueError, match=problem):
        titles.__wrapped__()
