"""The quote of each day from 1900 to 2100."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from kirosample.quotes import Author, Catalogue, Quote, Season, load
from kirosample.quotes.plan import EPOCH
from tests.quotes.samples import quote

DAYS = [
    date.fromordinal(n) for n in range(date(1900, 1, 1).toordinal(), date(2101, 1, 1).toordinal())
]
YEARS = range(1900, 2101)


@pytest.fixture(scope="module")
def shown() -> list[tuple[date, Quote]]:
    """The quote of every day."""
    return [(day, load().of_day(day)) for day in DAYS]


def is_in(season: Season, day: date) -> bool:
    on = f"{day:%m-%d}"
    if season.first <= season.last:
        return season.first <= on <= season.last
    return on >= season.first or on <= season.last


def test_each_quote_with_a_season_is_shown_in_it_every_year(
    shown: list[tuple[date, Quote]],
) -> None:
    years = defaultdict(list)
    for day, quoted in shown:
        if quoted.season:
            assert is_in(quoted.season, day), (day, quoted.id)
            years[quoted.id].append(day.year)
    for quoted in load().quotes:
        if quoted.season:
            assert years[quoted.id] == list(YEARS), quoted.id


def test_no_quote_is_shown_twice_in_365_days_and_every_quote_returns(
    shown: list[tuple[date, Quote]],
) -> None:
    days = defaultdict(list)
    for day, quoted in shown:
        days[quoted.id].append(day)
    assert set(days) == {quoted.id for quoted in load().quotes}
    for name, its_days in days.items():
        gaps = [(other - day).days for day, other in pairwise(its_days)]
        assert min(gaps) >= 365, name
        assert max(gaps) <= 2 * 366, name


def test_an_author_does_not_return_for_a_week(shown: list[tuple[date, Quote]]) -> None:
    latest: dict[Author, date] = {}
    for day, quoted in shown:
        if quoted.author in latest:
            assert (day - latest[quoted.author]).days >= 7, (day, quoted.author)
        latest[quoted.author] = day


def test_verified_quotes_take_their_turns_before_copied_and_cited_ones() -> None:
    waiting = {quoted.id for quoted in load().quotes if quoted.season is None}
    turns: defaultdict[str, list[date]] = defaultdict(list)
    day = EPOCH
    while waiting:
        quoted = load().of_day(day)
        if quoted.id in waiting:
            waiting.remove(quoted.id)
            turns[quoted.status].append(day)
        day += timedelta(days=1)
    assert turns["verified"][0] == EPOCH
    # A turn moves by some days where its author would return too soon.
    some = timedelta(days=10)
    assert turns["verified"][-1] - some < turns["copied"][0] < turns["verified"][-1] + some
    assert turns["copied"][-1] - some < turns["cited"][0] < turns["copied"][-1] + some


def test_the_quote_follows_from_the_date_alone() -> None:
    some = DAYS[::997]
    first = Catalogue(load().quotes)
    second = Catalogue(load().quotes)
    forward = [first.of_day(day) for day in some]
    assert forward == [second.of_day(day) for day in reversed(some)][::-1]


def test_a_season_over_the_end_of_the_year_and_a_leap_day() -> None:
    night = quote(1, season=Season("12-31", "01-01"))
    spring = quote(2, season=Season("03-01", "03-01"))
    catalogue = Catalogue(
        [quote(3), night, quote(4, season=Season("12-31", "12-31")), spring, quote(5)]
    )
    for year in (2027, 2028):
        assert catalogue.of_day(date(year, 1, 1)) == night
        assert catalogue.of_day(date(year, 3, 1)) == spring
        assert catalogue.of_day(date(year, 2, 28)).season is None
    assert catalogue.of_day(date(2028, 2, 29)).season is None


def test_a_quote_alone_in_its_season_has_the_middle_of_it() -> None:
    alone = quote(1, season=Season("12-22", "01-11"))
    assert Catalogue([alone, quote(2)]).of_day(date(2028, 1, 1)) == alone
