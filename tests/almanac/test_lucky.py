"""Lucky days: what is listed is confirmed by the almanac, and nothing else is left out."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from kirosample import almanac
from kirosample.almanac import FIRST_DAY, FREE, LAST_DAY, Purpose, Wish, load_words

FROM = date(2026, 11, 24)
PURPOSES = load_words().purposes
EVERY = list(PURPOSES.values())


def by_id(purpose: Purpose) -> str:
    return purpose.id


def names_of(day: date) -> set[str]:
    return set(almanac.names_of(day))


def twelve_months(first: date) -> list[date]:
    last = min(LAST_DAY, first.replace(year=first.year + 1) - timedelta(1))
    return [first + timedelta(n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize("first", [FROM, date(2033, 7, 1), FIRST_DAY, date(2100, 6, 15)], ids=str)
@pytest.mark.parametrize("purpose", EVERY, ids=by_id)
def test_the_days_are_all_those_on_which_a_lucky_day_falls(purpose: Purpose, first: date) -> None:
    days = Wish(purpose, first).days()
    for each in days:
        names = names_of(each.date)
        assert set(each.reasons) <= names & set(purpose.asks)
        assert set(each.against) == names & set(purpose.against)
    expected = [day for day in twelve_months(first) if names_of(day) & set(purpose.asks)]
    assert [each.date for each in days] == expected


@pytest.mark.parametrize(
    ("purpose", "day", "reasons", "against", "strength"),
    [
        ("opening", "2026-12-16", "天赦日 一粒万倍日 甲子の日", "", 5),
        ("travel", "2027-04-29", "寅の日 天赦日", "", 4),
        ("moving", "2027-07-14", "天赦日 一粒万倍日 母倉日", "仏滅 三隣亡", 5),
        ("wedding", "2026-12-16", "天赦日 一粒万倍日", "赤口", 4),
        ("wedding", "2027-05-12", "一粒万倍日 母倉日", "仏滅", 1),
        # A 己巳の日 is a 巳の日 too.
        ("wallet", "2026-12-21", "己巳の日 大安", "不成就日", 1),
    ],
)
def test_days_worked_by_hand(
    purpose: str, day: str, reasons: str, against: str, strength: int
) -> None:
    """天赦日 is worth three and any other one; what speaks against other days halves the sum."""
    lucky = {str(each.date): each for each in Wish(PURPOSES[purpose], FROM).days()}[day]
    assert lucky.reasons == tuple(reasons.split())
    assert lucky.against == tuple(against.split())
    assert lucky.strength == strength


@pytest.mark.parametrize("purpose", EVERY, ids=by_id)
def test_what_is_to_be_left_out_is_left_out_and_nothing_more(purpose: Purpose) -> None:
    every = Wish(purpose, FROM).days()
    for name in ("仏滅", "不成就日", "三隣亡"):
        kept = Wish(purpose, FROM, without=(name,)).days()
        assert kept == tuple(each for each in every if name not in names_of(each.date))
    off = Wish(purpose, FROM, off=True).days()
    assert off == tuple(
        each
        for each in every
        if each.date.weekday() >= 5 or each.date in almanac.holidays(each.date.year)
    )
    overlapping = Wish(purpose, FROM, overlap=True).days()
    assert overlapping == tuple(each for each in every if len(each.reasons) > 1)
    assert 0 < len(off) < len(every)
    assert 0 < len(overlapping) < len(every)


def test_some_of_the_days_may_be_asked_for() -> None:
    tigers = Wish(PURPOSES[FREE], FROM, asks=("寅の日",)).days()
    assert {each.reasons for each in tigers} == {("寅の日",)}
    assert {(later.date - earlier.date).days for earlier, later in pairwise(tigers)} == {12}


def test_twelve_months_from_a_leap_day_end_before_its_anniversary() -> None:
    first = date(2028, 2, 29)
    days = [each.date for each in Wish(PURPOSES["moving"], first).days()]
    assert first <= days[0]
    assert days[-1] <= date(2029, 2, 28)
    assert len([day for day in days if day >= date(2029, 2, 1)]) > 3


def test_a_day_of_several_is_announced_a_week_ahead_and_on_the_day() -> None:
    pardon = date(2026, 12, 16)
    for ahead in range(8):
        soon = almanac.lucky_soon(pardon - timedelta(ahead))
        assert soon is not None
        assert (soon.date, soon.reasons) == (pardon, ("天赦日", "一粒万倍日", "甲子の日"))
    for day in (pardon - timedelta(8), pardon + timedelta(1)):
        soon = almanac.lucky_soon(day)
        assert soon is None or soon.date != pardon
    for n in range(366):
        soon = almanac.lucky_soon(FROM + timedelta(n))
        assert soon is None or len(soon.reasons) > 1
        assert soon is None or not soon.against or "天赦日" in soon.reasons
    assert almanac.lucky_soon(LAST_DAY) is None
