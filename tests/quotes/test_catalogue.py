"""The day's quote, search, random without repeats, the lists of authors and topics."""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kirosample.quotes import EPOCH, Catalogue, Quote, load


def quote(number: int, author: str = "夏目漱石", status: str = "verified") -> Quote:
    return Quote(
        id=f"quote-{number}",
        text=f"文{number}",
        author=author,
        source="『草枕』",
        original=None,
        language=None,
        topics=("人生",),
        status=status,
        born=1867,
        died=1916,
        seen="ある本" if status == "verified" else None,
    )


def first(quotes: object) -> Quote:
    assert isinstance(quotes, (list, tuple))
    return quotes[0]  # type: ignore[no-any-return]


def test_the_epoch_shows_the_first_quote_of_the_rotation() -> None:
    assert load().of_day(EPOCH) == load().quotes[0]


@pytest.mark.parametrize("year", [1900, 1999, 2024, 2026, 2027, 2100])
def test_a_year_holds_no_repeat(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    shown = [load().of_day(day).id for day in days if day.year == year]
    assert len(set(shown)) == len(shown)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 30)))
def test_every_day_steps_to_the_next_quote_whatever_month_or_year_ends(day: date) -> None:
    quotes = load().quotes
    today, tomorrow = load().of_day(day), load().of_day(day + timedelta(days=1))
    assert quotes[(quotes.index(today) + 1) % len(quotes)] == tomorrow


def test_verified_quotes_come_first_and_each_authors_are_spread() -> None:
    entries = [
        quote(0, "丁", "cited"),
        *(quote(n, "甲") for n in (1, 2, 3)),
        *(quote(n, "乙") for n in (4, 5, 6)),
        *(quote(n, "丙") for n in (7, 8)),
    ]
    rotation = Catalogue(entries).quotes
    assert sorted(q.id for q in rotation) == sorted(q.id for q in entries)
    assert [q.status for q in rotation] == ["verified"] * 8 + ["cited"]
    authors = [q.author for q in rotation]
    assert all(one != other for one, other in pairwise(authors))


def test_somebody_else_comes_between_two_quotes_of_one_author_where_the_cited_ones_begin() -> None:
    entries = [quote(1, "甲"), quote(2, "甲", "cited"), quote(3, "乙", "cited")]
    assert [q.author for q in Catalogue(entries).quotes] == ["甲", "乙", "甲"]


def test_a_quote_is_found_by_its_id_and_an_unknown_id_is_a_key_error() -> None:
    some = load().quotes[7]
    assert load().get(some.id) is some
    with pytest.raises(KeyError):
        load().get("nobody-nothing-99")


def test_random_shows_every_quote_once_before_any_comes_again() -> None:
    catalogue = Catalogue([quote(n) for n in range(1, 21)])
    pick = random.Random(7).choice
    seen: list[str] = []
    for _ in catalogue.quotes:
        seen.append(catalogue.random(seen, pick).id)
    assert sorted(seen) == sorted(q.id for q in catalogue.quotes)


def test_random_after_all_were_seen_does_not_show_the_latest_again() -> None:
    catalogue = Catalogue([quote(1), quote(2)])
    for latest in ("quote-1", "quote-2"):
        seen = [q.id for q in catalogue.quotes if q.id != latest] + [latest]
        assert catalogue.random(seen, first).id != latest


def test_random_ignores_ids_that_are_gone_and_copes_with_a_single_quote() -> None:
    catalogue = Catalogue([quote(1)])
    assert catalogue.random(["gone-1"]).id == "quote-1"
    assert catalogue.random(["quote-1"]).id == "quote-1"
    assert catalogue.random([]).id == "quote-1"


@pytest.mark.parametrize(
    ("q", "author"),
    [
        ("智に働けば", "夏目漱石"),
        ("草枕", "夏目漱石"),
        ("漱石", "夏目漱石"),
        ("STRAY birds", "タゴール"),
        ("ｓｔｒａｙ Birds of summer", "タゴール"),
        ("  草枕 ", "夏目漱石"),
    ],
)
def test_search_looks_in_text_original_author_and_source_whatever_width_and_case(
    q: str, author: str
) -> None:
    found = load().search(q)
    assert found
    assert {quote.author for quote in found} == {author}


def test_search_conditions_add_up_and_nothing_asked_is_everything() -> None:
    catalogue = load()
    assert (
        catalogue.search() == catalogue.search(q="") == catalogue.search(q="　") == catalogue.quotes
    )
    both = catalogue.search(author="夏目漱石", topic="季節")
    assert both
    assert all(q.author == "夏目漱石" and "季節" in q.topics for q in both)
    assert catalogue.search("春", author="夏目漱石", topic="季節")
    assert catalogue.search("春", author="夏目漱石", topic="孤独") == ()


@pytest.mark.parametrize("author", ["漱石", "夏目 漱石", "nobody", ""])
def test_an_author_is_asked_for_by_the_whole_name(author: str) -> None:
    assert load().search(author=author) == ()


def test_what_is_found_keeps_the_order_of_the_rotation() -> None:
    found = load().search(topic="自然")
    places = [load().quotes.index(quote) for quote in found]
    assert places == sorted(places)


def test_authors_and_topics_are_counted() -> None:
    catalogue = load()
    authors, topics = catalogue.authors(), catalogue.topics()
    assert sum(authors.values()) == len(catalogue.quotes)
    for author, count in authors.items():
        assert len(catalogue.search(author=author)) == count
    for topic, count in topics.items():
        assert len(catalogue.search(topic=topic)) == count
    dated = [name for name in authors if catalogue.search(author=name)[0].born]
    born = [catalogue.search(author=name)[0].born for name in dated]
    assert born == sorted(born, key=lambda year: year or 0)
