"""Lunar eclipses and meteor showers."""

from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache

from kirosample.almanac import (
    FIRST_DAY,
    JST,
    LAST_DAY,
    LunarEclipse,
    View,
    load_places,
    lunar_eclipses,
    meteor_showers,
    view,
)
from kirosample.almanac.astronomy import instants
from kirosample.almanac.astronomy.ephemeris import moon_times
from kirosample.almanac.sky import SHOWERS, shower_peak
from tools.almanac import published
from tools.almanac.write_instants import instant

YEARS = range(FIRST_DAY.year, LAST_DAY.year + 1)
CORNERS = ("sapporo", "mito", "chiba", "tokyo", "matsue", "nagasaki", "naha")
SECOND = timedelta(seconds=1)

CATALOG = list(published.catalog_of_eclipses())
PUBLISHED = published.tables("sky")


@cache
def tabled() -> dict[datetime, LunarEclipse]:
    eclipses = (eclipse for year in YEARS for eclipse in lunar_eclipses(year).values())
    return {eclipse.greatest: eclipse for eclipse in eclipses}


def seen(eclipse: LunarEclipse, place: str) -> bool:
    return view(eclipse, *moon_times(eclipse.begins.date(), place)) is not View.NONE


def in_table(expected: published.CatalogEclipse) -> LunarEclipse | None:
    near = (at for at in tabled() if abs(at - expected.greatest) < timedelta(minutes=5))
    return next((tabled()[at] for at in near), None)


def test_the_table_has_the_eclipses_of_the_catalog_that_a_place_sees() -> None:
    for expected in CATALOG:
        greatest = expected.greatest.astimezone(JST)
        half = timedelta(minutes=expected.umbral)
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


def test_eclipses_have_the_observatorys_times() -> None:
    for table in published.tables("reki_yoko")["lunar_eclipses"]:
        on = table["times"][0].date()
        ours = lunar_eclipses(on.year)[on]
        times = (ours.begins, ours.total_begins, ours.greatest, ours.total_ends, ours.ends)
        for at, expected in zip(filter(None, times), table["times"], strict=True):
            assert abs(at - expected) < table["limit"] * SECOND, expected
        assert not table["magnitude"] or abs(ours.magnitude - table["magnitude"]) < 0.0015


def test_eclipses_are_seen_where_the_observatory_says() -> None:
    for table in PUBLISHED["views"]:
        eclipse = lunar_eclipses(table["day"].year)[table["day"]]
        assert [place for place in table["seen"] if not seen(eclipse, place)] == []
        assert [place for place in table["unseen"] if seen(eclipse, place)] == []


def test_an_eclipse_is_seen_as_the_moon_is_up() -> None:
    def views(on: date) -> dict[View, int]:
        eclipse = lunar_eclipses(on.year)[on]
        return Counter(view(eclipse, *moon_times(on, place)) for place in load_places())

    assert views(date(2022, 11, 8)) == {View.WHOLE: 47}
    assert set(views(date(2014, 4, 15))) == {View.RISING, View.NONE}
    assert set(views(date(2018, 7, 28))) == {View.SETTING}
    assert set(views(date(2021, 5, 26))) == {View.RISING, View.WHOLE}


def test_showers_have_their_maximum_in_the_observatorys_hour() -> None:
    for table in PUBLISHED["showers"]:
        for expected in table["peaks"]:
            showers = meteor_showers(expected.year).values()
            (peak,) = (shower.peak for shower in showers if shower.name == table["name"])
            assert abs(peak - expected) <= timedelta(hours=1)


def test_showers_of_the_table_are_those_of_the_ephemeris() -> None:
    for year in instants.SHOWER_YEARS[::7]:
        for at, longitude in zip(instants.showers(year), SHOWERS.values(), strict=True):
            assert at == instant(shower_peak(longitude, year)), (year, longitude)


def test_after_a_maximum_at_noon_the_quadrantids_belong_to_the_night_before() -> None:
    """As the observatory says: in 2023 they were seen before the dawn of 4 January."""
    nights = {year: min(meteor_showers(year)).day for year in range(2020, 2034)}
    assert [year for year, night in nights.items() if night == 4] == [2020, 2024, 2028, 2032]
    assert {*nights.values()} == {3, 4}
