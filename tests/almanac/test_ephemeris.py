"""When the Moon and the Sun rise and set, against published times."""

from datetime import date, datetime, timedelta

import ephem
import pytest

from kirosample.almanac import FIRST_DAY, LAST_DAY, day
from kirosample.almanac.astronomy.ephemeris import _observer, jst_of_ut, moon_times, noon
from tools.almanac import published


def test_the_moon_rises_and_sets_within_a_minute_of_published_times() -> None:
    for table in published.tables("sky")["moons"]:
        for row in table["times"].strip().splitlines():
            on, *clocks = row.split()
            for ours, clock in zip(moon_times(date.fromisoformat(on)), clocks, strict=True):
                assert (ours is None) == (clock == "--:--"), row
                if ours:
                    theirs = datetime.fromisoformat(f"{on}T{clock}:00+09:00")
                    assert abs(ours - theirs) <= timedelta(seconds=60), row


def test_a_moons_times_are_those_of_an_exact_search(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [FIRST_DAY + timedelta(n) for n in range(0, (LAST_DAY - FIRST_DAY).days, 241)]
    quick = [moon_times(on, "naha") for on in days]
    monkeypatch.setattr(ephem, "default_newton_precision", 1e-10)  # of a turn; a second is 1e-5
    observer = _observer("naha")
    for on, times in zip(days, quick, strict=True):
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
