"""When the Moon and the Sun rise and set, against published times."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import ephem
import pytest

from kirosample.almanac import FIRST_DAY, LAST_DAY, day
from kirosample.almanac.astronomy.horizon import _observer, moon
from kirosample.almanac.astronomy.timescale import jst_of_ut, noon

# 理科年表, page on the Moon (2006-01), and a calendar of the night sky by a weather service (2019,
# 2022): Tokyo, moonrise and moonset.
PUBLISHED = """
2006-01-21 23:16 10:09
2006-01-22 --:-- 10:33
2006-01-23 00:16 11:00
2019-02-01 03:51 13:59
2019-02-05 06:53 17:28
2019-02-11 09:59 23:04
2019-02-12 10:31 --:--
2019-02-13 11:07 00:03
2019-02-19 16:57 06:03
2019-02-25 23:48 09:54
2019-02-26 --:-- 10:32
2019-02-27 00:48 11:12
2022-01-01 05:00 14:51
2022-01-09 11:13 23:44
2022-01-10 11:39 --:--
2022-01-11 12:05 00:43
2022-01-18 16:59 07:08
2022-01-24 23:11 10:19
2022-01-25 --:-- 10:47
2022-01-31 06:03 15:44
"""


@pytest.mark.parametrize("row", PUBLISHED.strip().splitlines())
def test_the_moon_rises_and_sets_within_a_minute_of_published_times(row: str) -> None:
    on, *published = row.split()
    for ours, clock in zip(moon(date.fromisoformat(on)), published, strict=True):
        if clock == "--:--":
            assert ours is None
        else:
            assert ours is not None
            theirs = datetime.fromisoformat(f"{on}T{clock}:00+09:00")
            assert abs(ours - theirs) <= timedelta(seconds=60)


def test_a_moon_rises_or_sets_on_one_day_only() -> None:
    first = date(2024, 1, 1)
    times = [moon(first + timedelta(n)) for n in range(366)]
    for event in zip(*times, strict=True):
        there = [at for at in event if at is not None]
        gaps = [later - earlier for earlier, later in pairwise(there)]
        assert min(gaps) > timedelta(hours=24, minutes=5)
        assert max(gaps) < timedelta(hours=25, minutes=35)


def test_a_moons_times_are_those_of_an_exact_search(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [FIRST_DAY + timedelta(n) for n in range(0, (LAST_DAY - FIRST_DAY).days, 241)]
    found = [moon(on, "naha") for on in days]
    monkeypatch.setattr(ephem, "default_newton_precision", 1e-10)  # of a turn; a second is 1e-5
    observer = _observer("naha")
    for on, times in zip(days, found, strict=True):
        for ours, event in zip(times, (observer.next_rising, observer.next_setting), strict=True):
            exact = jst_of_ut(event(ephem.Moon(), start=noon(on) - 0.5, use_center=True))
            assert ours == (exact if exact.date() == on else None)


# The first sunrise of a year, by an almanac for travelers.
@pytest.mark.parametrize(
    ("place", "rises"),
    [("sapporo", "07:06"), ("niigata", "06:59"), ("fukuoka", "07:22"), ("naha", "07:16")],
)
def test_the_first_sunrise_is_at_the_published_minute(place: str, rises: str) -> None:
    rise = day(date(2026, 1, 1), place).sun.rise
    theirs = datetime.fromisoformat(f"2026-01-01T{rises}:00+09:00")
    assert abs(rise - theirs) <= timedelta(seconds=60)


def test_an_unknown_place_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        day(date(2026, 3, 20), "atlantis")
