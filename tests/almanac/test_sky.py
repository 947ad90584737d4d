"""Lunar eclipses and meteor showers."""

from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache

import pytest

from kirosample.almanac import (
    FIRST_DAY,
    JST,
    LAST_DAY,
    LunarEclipse,
    View,
    day,
    load_places,
    lunar_eclipses,
    meteor_showers,
    observances,
    view,
)
from kirosample.almanac.astronomy import instants
from kirosample.almanac.astronomy.horizon import moon
from kirosample.almanac.astronomy.timescale import jst_of_tt
from kirosample.almanac.sky import SHOWERS, shower_peak
from tools.almanac import published
from tools.almanac.write_instants import instant

YEARS = range(FIRST_DAY.year, LAST_DAY.year + 1)
CORNERS = ("sapporo", "mito", "chiba", "tokyo", "matsue", "nagasaki", "naha")
SECOND = timedelta(seconds=1)


CATALOG = list(published.catalog_of_eclipses())


@cache
def tabled() -> dict[datetime, LunarEclipse]:
    eclipses = (eclipse for year in YEARS for eclipse in lunar_eclipses(year).values())
    return {eclipse.greatest: eclipse for eclipse in eclipses}


def seen(eclipse: LunarEclipse, place: str) -> bool:
    return view(eclipse, *moon(eclipse.begins.date(), place)) is not View.NONE


def in_table(expected: published.CatalogEclipse) -> LunarEclipse | None:
    near = (at for at in tabled() if abs(at - expected.greatest) < timedelta(minutes=5))
    return next((tabled()[at] for at in near), None)


def test_the_table_has_the_eclipses_of_the_catalog_that_a_place_sees() -> None:
    for expected in CATALOG:
        greatest, half = expected.greatest.astimezone(JST), timedelta(minutes=expected.umbral)
        told = LunarEclipse(
            expected.magnitude, greatest - half, None, greatest, None, greatest + half
        )
        is_seen = any(seen(told, place) for place in CORNERS)
        assert (in_table(expected) is not None) == is_seen, expected
    assert len(list(filter(None, map(in_table, CATALOG)))) == len(tabled())


def test_an_eclipse_has_the_times_and_the_magnitude_of_the_catalog() -> None:
    for expected in CATALOG:
        if eclipse := in_table(expected):
            # The catalog lets clocks follow the slowing Earth, two minutes by 2100.
            late = (eclipse.greatest - expected.greatest).total_seconds()
            assert -32 < late < 32 + max(0, expected.greatest.year - 2005) * 1.5, expected
            assert abs(eclipse.magnitude - expected.magnitude) < 0.0015, expected
            half = (eclipse.ends - eclipse.begins).total_seconds() / 120
            assert abs(half - expected.umbral) < 0.6, expected
            assert (eclipse.total_begins is not None) == expected.total
            if eclipse.total_begins and eclipse.total_ends:
                half = (eclipse.total_ends - eclipse.total_begins).total_seconds() / 120
                assert abs(half - expected.whole) < 0.6, expected


@pytest.mark.parametrize("eclipse", list(published.lunar_eclipses()), ids=lambda each: f"{each.on}")
def test_eclipses_have_the_observatorys_times(eclipse: published.Eclipse) -> None:
    ours = lunar_eclipses(eclipse.on.year)[eclipse.on]
    times = (ours.begins, ours.total_begins, ours.greatest, ours.total_ends, ours.ends)
    limit = (7 if eclipse.in_tenths else 30 + 7) * SECOND
    for at, expected in zip(filter(None, times), eclipse.at, strict=True):
        assert abs(at - expected) < limit, expected
    if eclipse.magnitude:
        assert abs(ours.magnitude - eclipse.magnitude) < 0.0015


@pytest.mark.parametrize(
    "table", list(published.seen_eclipses()), ids=lambda each: f"{each.first.year}"
)
def test_published_eclipses_are_all_that_are_seen(table: published.SeenEclipses) -> None:
    assert table.days == tuple(
        at.date()
        for at, eclipse in tabled().items()
        if table.first <= at.date() <= table.last and eclipse.magnitude >= 0.01
    )


@pytest.mark.parametrize("table", list(published.views()), ids=lambda each: f"{each.day}")
def test_eclipses_are_seen_where_the_observatory_says(table: published.Views) -> None:
    eclipse = lunar_eclipses(table.day.year)[table.day]
    assert [place for place in table.seen if not seen(eclipse, place)] == []
    assert [place for place in table.unseen if seen(eclipse, place)] == []


def test_a_place_has_the_eclipses_that_it_sees_among_its_observances() -> None:
    on = date(2025, 3, 14)
    assert day(on, "sapporo").observances == ("ホワイトデー", "皆既月食")
    assert day(on).observances == ("ホワイトデー",)


def test_an_eclipse_is_seen_as_the_moon_is_up() -> None:
    def views(on: date) -> dict[View, int]:
        eclipse = lunar_eclipses(on.year)[on]
        return Counter(view(eclipse, *moon(on, place)) for place in load_places())

    assert views(date(2022, 11, 8)) == {View.WHOLE: 47}
    assert set(views(date(2014, 4, 15))) == {View.RISING, View.NONE}
    assert set(views(date(2018, 7, 28))) == {View.SETTING}
    assert set(views(date(2021, 5, 26))) == {View.RISING, View.WHOLE}


@pytest.mark.parametrize(("name", "peak"), list(published.showers()))
def test_showers_have_their_maximum_in_the_observatorys_hour(name: str, peak: datetime) -> None:
    ours = jst_of_tt(shower_peak(SHOWERS[name], peak.year))
    assert abs(ours - peak) <= timedelta(hours=1)
    assert {shower.name: shower.peak for shower in meteor_showers(peak.year).values()}[name] == ours


def test_showers_of_the_table_are_those_of_the_ephemeris() -> None:
    for year in instants.SHOWER_YEARS[::7]:
        for at, longitude in zip(instants.showers(year), SHOWERS.values(), strict=True):
            assert at == instant(shower_peak(longitude, year)), (year, longitude)


def test_a_showers_night_is_the_nearest_to_its_maximum() -> None:
    for year in instants.SHOWER_YEARS:
        for on, shower in meteor_showers(year).items():
            midnight = (
                datetime(on.year, on.month, on.day, tzinfo=shower.peak.tzinfo) + 86400 * SECOND
            )
            assert abs(shower.peak - midnight) <= timedelta(hours=12)
            assert shower.name in observances(year)[on]


def test_years_far_from_the_observations_have_no_showers() -> None:
    assert not meteor_showers(1949)
    assert len(meteor_showers(1950)) == len(meteor_showers(2050)) == len(SHOWERS)
    assert not meteor_showers(2051)
