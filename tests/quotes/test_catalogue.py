"""The day's quote, search, random quotes, the lists of authors and topics."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kirosample.quotes import Catalogue, load
from tests.quotes.samples import quote


def test_another_author_separates_verified_and_cited_quotes_of_one_author() -> None:
    entries = [quote(1, "甲", "verified"), quote(2, "甲"), quote(3, "乙")]
    assert [q.author.name.ja for q in Catalogue(entries).quotes] == ["甲", "乙", "甲"]


@pytest.mark.parametrize("is_new", [True, False])
def test_a_quote_with_days_of_its_own_leaves_every_other_day_its_quote(is_new: bool) -> None:
    quotes = [replace(quote(n, f"人{n % 40}"), id=q.id) for n, q in enumerate(load().quotes)]
    days = [date(2026, 12, 2) + timedelta(n) for n in range(400)]
    old = Catalogue(quotes)
    on = days[33], days[300], date(2020, 1, 1)
    pinned = replace(quote(1000, "人1") if is_new else quotes[7], on=on)
    new = Catalogue([*quotes, pinned] if is_new else [*quotes[:7], pinned, *quotes[8:]])
    changed = [day for day in days if new.of_day(day).id != old.of_day(day).id]
    assert changed == [*on[:2]]
    assert {new.of_day(day).id for day in on} == {pinned.id}
    assert {q.id for q in new.quotes} == {q.id for q in old.quotes} | {pinned.id}


def test_a_quote_is_found_by_its_id_and_an_unknown_id_is_a_key_error() -> None:
    some = load().quotes[7]
    assert load().get(some.id) is some
    with pytest.raises(KeyError):
        load().get("nobody-nothing-99")


def test_related_quotes_are_its_authors_others_then_those_of_its_topics() -> None:
    catalogue = load()
    for quoted in catalogue.quotes:
        near = catalogue.related(quoted, 3)
        assert len({q.id for q in near} - {quoted.id}) == 3
        of_author = [q.author == quoted.author for q in near]
        assert sum(of_author) == min(3, catalogue.authors()[quoted.author] - 1)
        assert of_author == sorted(of_author, reverse=True)
        assert all({*q.topics} & {*quoted.topics} for q in near if q.author != quoted.author)


def test_the_first_related_quote_leads_through_all_of_an_author() -> None:
    catalogue = load()
    author = max(catalogue.authors(), key=lambda author: catalogue.authors()[author])
    seen = [next(q for q in catalogue.quotes if q.author == author)]
    while (following := catalogue.related(seen[-1], 1)[0]) not in seen:
        seen.append(following)
    assert len(seen) == catalogue.authors()[author]


def test_random_after_all_were_seen_does_not_show_the_latest_again() -> None:
    catalogue = Catalogue([quote(1), quote(2)])
    for seen in (["quote-2", "quote-1"], ["quote-1", "quote-2"]):
        assert catalogue.random(seen, lambda quotes: quotes[0]).id == seen[0]
    for seen in (["gone-1"], ["quote-1"], []):
        assert Catalogue([quote(1)]).random(seen).id == "quote-1"


@pytest.mark.parametrize(
    ("q", "author"),
    [
        ("智に働けば", "夏目漱石"),
        ("ｓｔｒａｙ Birds of summer", "タゴール"),
        ("漱石　夏目", "夏目漱石"),
        ("ソウセキ 春", "夏目漱石"),
        ("くさまくら 雲雀", "夏目漱石"),
        ("よしだけんこう ぞんめい", "吉田兼好"),
        ("にぎたづ ふなのり", "額田王"),
        ("Sōseki spring", "夏目漱石"),
        ("lifeless sand", "石川啄木"),
        ("さらさらと握れば", "石川啄木"),
    ],
)
def test_search_finds_every_word_in_any_order_script_width_and_case(q: str, author: str) -> None:
    matching = load().search(q)
    assert matching
    assert {quote.author.name.ja for quote in matching} == {author}


def test_search_conditions_are_combined_and_no_condition_finds_everything() -> None:
    catalogue = load()
    assert (
        catalogue.search() == catalogue.search(q="") == catalogue.search(q="　") == catalogue.quotes
    )
    both = catalogue.search(author="夏目漱石", topic="季節")
    assert both
    assert sorted(both, key=catalogue.quotes.index) == list(both)
    assert all(q.author.name.ja == "夏目漱石" and "季節" in q.topics for q in both)
    assert catalogue.search("春", author="夏目漱石", topic="季節")
    assert catalogue.search("春", author="夏目漱石", topic="孤独") == ()


@pytest.mark.parametrize("author", ["漱石", "夏目 漱石", "nobody", ""])
def test_an_author_matches_only_by_the_whole_name(author: str) -> None:
    assert load().search(author=author) == ()


def test_authors_and_topics_are_counted() -> None:
    catalogue = load()
    authors = catalogue.authors()
    assert sum(authors.values()) == len(catalogue.quotes)
    for author, count in authors.items():
        assert len(catalogue.search(author=author.name.ja)) == count
    for topic, count in catalogue.topics().items():
        assert len(catalogue.search(topic=topic)) == count
    born = [author.born for author in authors if author.born]
    assert born == sorted(born)
