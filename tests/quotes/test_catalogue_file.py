"""The catalogue of the package."""

import re
from collections import Counter
from itertools import permutations

from kirosample.quotes import authors, load
from kirosample.quotes.searching import folded

QUOTES = load().quotes


def test_no_quote_is_a_part_of_another() -> None:
    letters = {quote.id: "".join(filter(str.isalnum, folded(quote.text.ja))) for quote in QUOTES}
    for part, whole in permutations(letters, 2):
        assert letters[part] not in letters[whole], (part, whole)


def test_every_quote_is_japanese_and_short_enough_for_a_phone() -> None:
    kana_or_kanji = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    for quote in QUOTES:
        assert len(quote.text.ja) <= 140, quote.id
        assert kana_or_kanji.search(quote.text.ja), quote.id


def test_english_words_and_sources_have_no_japanese_letter_and_typographic_marks() -> None:
    not_english = re.compile("[\u3000-\u9fff\uff00-\uffef\"'`]| -|- |--")
    for quote in QUOTES:
        english = {quote.source.en, quote.author.name.en}
        english |= {quote.text.en} - {quote.original}
        assert not not_english.search("".join(english)), quote.id


def test_every_author_of_the_table_has_a_quote() -> None:
    assert {quote.author for quote in QUOTES} == set(authors.load().values())


def test_no_quote_is_there_twice() -> None:
    """Neither its words, without punctuation and spaces, nor another translation of the same."""
    for of in ("id", "text", "original"):
        letters = [
            "".join(filter(str.isalnum, folded(getattr(of_quote, "ja", of_quote))))
            for quote in QUOTES
            if (of_quote := getattr(quote, of))
        ]
        assert [text for text, times in Counter(letters).items() if times > 1] == []


def test_what_was_read_is_named_in_english_too() -> None:
    japanese = re.compile("[\u3005-\u30ff\u3400-\u9fff\uff01-\uff60]")
    assert [q.id for q in QUOTES if q.seen and japanese.search(q.seen.en)] == []


UNDATED = {"作者不詳", "和泉式部", "太上隠者", "小野小町", "洪自誠", "老子", "額田王"}


def test_authors_have_the_reading_of_kanji_and_possible_years() -> None:
    for name, author in authors.load().items():
        assert bool(author.reading) == bool(re.search("[々〆一-龠]", name)), name
        assert 0 not in (author.born, author.died), name
        assert (author.died is None) == (name in UNDATED), name
        if author.died is None or author.born is None:
            assert author.born is None, name
            assert not author.born_circa, name
        else:
            assert 0 <= author.died - author.born <= 115, name
        assert author.died is not None or not author.died_circa, name
