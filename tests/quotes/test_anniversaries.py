"""The days of authors: two sources each, and the years of the table of authors."""

from datetime import date, timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import pytest

from kirosample import content
from kirosample.content import ContentError
from kirosample.quotes import anniversaries, authors, load
from kirosample.quotes.anniversaries import _days, made

SEEN = {"seen": ["https://one.example/a", "https://two.example/b"]}


def test_every_day_of_the_file_is_found_on_its_day_in_any_year() -> None:
    count = 0
    for number in range(366):
        day = date(2024, 1, 1) + timedelta(number)
        of_day = anniversaries(load(), day)
        assert [each.is_birth for each in of_day] == sorted(
            (each.is_birth for each in of_day), reverse=True
        )
        for each in of_day:
            count += 1
            author = authors.load()[each.author.name.ja]
            assert each.year == (author.born if each.is_birth else author.died)
            assert each.quote.author == author
    assert count > 0
    (soseki,) = (each for each in anniversaries(load(), date(1999, 12, 9)) if not each.is_birth)
    assert (soseki.author.name.ja, soseki.year) == ("夏目漱石", 1916)


def test_the_words_are_others_in_another_year() -> None:
    words = {
        each.quote.id
        for year in range(2026, 2030)
        for each in anniversaries(load(), date(year, 12, 9))
        if each.author.name.ja == "夏目漱石"
    }
    assert len(words) == 4


def test_every_day_has_two_sources_and_is_in_a_certain_gregorian_year() -> None:
    for name, days in content.read("quotes/days.toml", dict[str, Any]).items():
        assert len({urlsplit(address).hostname for address in days["seen"]}) >= 2, name
    for at, field, author in chain.from_iterable(_days().values()):
        assert at.year >= 1583, author
        assert not getattr(author, f"{field}_circa"), author


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("誰か", {"born": "01-01", **SEEN}, "no author"),
        ("夏目漱石", {"born": "02-09", "seen": ["https://a.b/1"]}, "length >= 2"),
        ("夏目漱石", {"born": "02-29", **SEEN}, "MM-DD of their year"),
        ("夏目漱石", {"born": "2-9", **SEEN}, "MM-DD of their year"),
        ("孔子", {"died": "04-11", **SEEN}, "MM-DD of their year"),
    ],
)
def test_a_day_without_sources_or_year_is_refused(name: str, fields: object, told: str) -> None:
    with pytest.raises(ContentError, match=f"^quotes/days.toml: {name}: .*{told}"):
        made({name: fields}, authors.load())
