"""What makes a day special to readings, and its facts."""

from datetime import date

import pytest

from kirosample import almanac
from kirosample.horoscope.readings.days import find_field, find_kind
from kirosample.horoscope.readings.texts import FIELDS, KINDS
from kirosample.horoscope.sky import moon_sign
from tests.years import days


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 1, 1), "new-year"),
        (date(2026, 1, 3), "new-year-days"),  # also a full Moon
        (date(2025, 2, 2), "setsubun"),
        (date(2026, 2, 4), "spring"),
        (date(2026, 3, 3), "hinamatsuri"),  # also a full Moon
        (date(2026, 3, 20), "spring-equinox"),
        (date(2026, 8, 7), "autumn"),
        (date(2026, 8, 16), "obon"),
        (date(2026, 9, 25), "mid-autumn"),
        (date(2026, 12, 22), "winter-solstice"),
        (date(2026, 12, 24), "christmas-eve"),  # also a full Moon
        (date(2026, 12, 17), None),
    ],
)
def test_a_day_is_of_the_first_kind_that_it_is(day: date, kind: str | None) -> None:
    assert find_kind(day) == kind


def test_every_kind_comes_and_the_moon_and_pardons_are_as_the_almanac_says() -> None:
    kinds = set()
    for day in days(2024, 2043):
        kind = find_kind(day) or ""
        kinds.add(kind)
        shown = almanac.day(day)
        if not kind or kind in ("tensha", "new-moon") or kind.startswith("full-moon"):
            assert (shown.moon.phase == "新月") == (kind == "new-moon") or kind == "tensha", day
            assert (shown.moon.phase == "満月") == kind.startswith("full-moon"), day
            assert (almanac.PARDON in shown.senjitsu) == (kind == "tensha") or "moon" in kind, day
            is_near_noon = shown.moon.next_full.hour in (11, 12)
            assert not is_near_noon or "full" not in kind or kind.endswith(moon_sign(day)), day
    assert kinds - {""} == set(KINDS)


def test_a_day_may_have_no_moonrise_and_seldom_a_full_moon() -> None:
    full = date(2026, 12, 24)
    assert [find_field(name, full) for name in FIELDS] == [
        ("6:48", "6:48"),
        ("16:33", "16:33"),
        ("16:34", "16:34"),
        ("10:28", "10:28"),
        ("南南東", "south-southeast"),
    ]
    assert find_field("full_moon", date(2026, 12, 25)) is None
    assert any(find_field("moonrise", day) is None for day in days(2026, 2026))
