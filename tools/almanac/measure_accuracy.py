"""Writes docs/content/almanac.md: how far the almanac is from other models and published tables.

    python -m tools.almanac.measure_accuracy

It takes half a minute. JPL's DE423, which reaches to 2100, is measured where the package `de423`
is installed; without it those rows are left out, and a line says so.
"""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np

from kirosample.almanac import FIRST_DAY, LAST_DAY, day, holidays, solar_terms
from kirosample.almanac.astronomy.ephemeris import elongation, when
from kirosample.almanac.astronomy.moon import phase_at, quarter_on
from kirosample.almanac.astronomy.timescale import jst_of_tt
from kirosample.almanac.lunar import lunar
from kirosample.almanac.terms import sun_reaches
from kirosample.almanac.words import KOU
from tools.almanac import measure_sky, published
from tools.almanac.jpl_to_2100 import De423
from tools.almanac.markdown import prose, section
from tools.almanac.reference_models import AstronomyEngine, Floats, Jpl, Model

DOCUMENT = Path(__file__).parents[2] / "docs" / "content" / "almanac.md"
SECONDS = 86400
NEAR_MIDNIGHT = 150  # seconds


def main() -> None:
    lines = [
        "# Accuracy of the almanac",
        "",
        "Written by `python -m tools.almanac.measure_accuracy`; do not edit.",
        "Differences are ours minus theirs, in seconds.",
        *models(),
        *tables(),
        *measure_sky.eclipses(),
        *measure_sky.showers(),
        *lunar_calendar(),
        *customs(),
        *near_midnight(),
    ]
    DOCUMENT.write_text("\n".join(lines) + "\n")


def models() -> Iterator[str]:
    jpl = Jpl()
    yield from section("Against other models")
    yield ""
    yield "| model | events | number | largest | median | mean | other dates in Japan |"
    yield "|---|---|---|---|---|---|---|"
    yield from compared("JPL DE421", jpl, 2052)
    absent = ""
    try:
        yield from compared("JPL DE423", De423(), 2100)
    except ModuleNotFoundError:
        absent = "JPL's DE423 is not in the table: the package `de423` was not installed."
    yield from compared("astronomy-engine", AstronomyEngine(), 2100)
    jpl.close()
    yield from prose(f"""{absent} Both sides are in terrestrial time. JPL's positions are
        reduced with the precession and nutation of IAU 2006/2000A, as the observatory's are.
        astronomy-engine's Sun is off by up to two arcseconds, 50 s of time, so it catches
        gross errors only. Our positions are libastro's (`ephem`), with the Sun corrected: its
        aberration assumes a circular orbit (0.34 arcsecond off), and its precession is that of
        IAU 1976 (0.3 arcsecond a century).""")


def compared(name: str, model: Model, last: int) -> Iterator[str]:
    name = f"{name}, 1900-{last}"
    pairs = [
        (float(degrees), year) for year in range(1900, last + 1) for degrees in range(0, 360, 15)
    ]
    ours = np.array([sun_reaches(*pair) for pair in pairs])
    theirs = model.sun_reaches([degrees for degrees, _ in pairs], ours)
    yield row(name, "二十四節気", ours, theirs)
    quarters = np.array([q for q in range(-4950, 5000) if 1900 <= phase_at(q).year <= last])
    ours = np.array([phase_tt(int(quarter)) for quarter in quarters])
    yield row(name, "朔弦望", ours, model.moon_reaches(90.0 * (quarters % 4), ours))


def phase_tt(quarter: int) -> float:
    """TT of a phase, before it is rounded to a second."""
    return when(elongation, 90 * (quarter % 4), 36529.6 + 29.530588861 * quarter / 4, 12.19)


def row(model: str, events: str, ours: Floats, theirs: Floats) -> str:
    off = (ours - theirs) * SECONDS
    pairs = zip(ours, theirs, strict=True)
    moved = sum(jst_of_tt(a).date() != jst_of_tt(b).date() for a, b in pairs)
    largest, middle, mean = np.max(np.abs(off)), np.median(np.abs(off)), np.mean(off)
    figures = f"{len(off):,} | {largest:.1f} | {middle:.1f} | {mean:.1f} | {moved}"
    return f"| {model} | {events} | {figures} |"


def tables() -> Iterator[str]:
    yield from section("Against the observatory's published tables")
    yield from prose("""Published times are rounded to the minute, so even a perfect almanac
        would differ by up to 30 s. Sources: `tools/almanac/reki_yoko.toml`.""")
    yield ""
    yield "| table | year | number | largest | median | other minute | other date |"
    yield "|---|---|---|---|---|---|---|"
    kinds = {
        "terms": "二十四節気, 暦要項",
        "early_terms": "二十四節気, before 暦要項",
        "computed_terms": "二十四節気, computed for any year",
    }
    for kind, label in kinds.items():
        for year, events in published.terms(kind).items():
            yield table_row(label, f"{year}", [(term_like(event), event) for event in events])
    singles = [(term_like(event), event) for event in published.some_terms()]
    yield table_row("二十四節気, single ones of 暦要項", "2021-2024", singles)
    phases = [(phase_at(quarter_on(event.on)), event) for event in published.phases()]
    for years, first, last in [("1955", 1955, 1955), ("2004-2027", 2004, 2027)]:
        chosen = [pair for pair in phases if first <= pair[1].on.year <= last]
        yield table_row("朔弦望, 暦要項", years, chosen)
    sun = [(sun_like(event), event) for event in published.sunrises_and_sunsets()]
    yield table_row("日の出入り, Tokyo", "2012-2026", sun)
    seasonal = sum(map(len, published.days("zassetsu").values()))
    named = sum(map(len, published.days("holidays").values()))
    total = sum(len(holidays(year)) for year in range(1948, 2101))
    yield from prose("""The table of 1951 uses Newcomb's theory and universal time. The distant
        years of the tables computed for any year depend on the observatory's estimate of delta
        T; see below.""")
    yield from prose(f"""Tests compare the {seasonal} 雑節 and {named} 祝日・休日 of these
        tables: all agree. The dates of our {total:,} holidays of 1948-2100 agree with
        jpholiday, except for three of its errors (named in `tests/almanac/test_holidays.py`),
        and with holidays, which covers 1949-2099.""")


def term_like(event: published.Event) -> datetime:
    return next(term.at for term in solar_terms(event.on.year) if term.name == event.name)


def sun_like(event: published.Event) -> datetime:
    sun = day(event.on).sun
    return sun.rise if event.name == "日の出" else sun.set


def table_row(label: str, year: str, pairs: list[tuple[datetime, published.Event]]) -> str:
    off = [abs((ours - event.at).total_seconds()) for ours, event in pairs]
    half = timedelta(seconds=30)
    minute = sum(not event.at - half <= ours < event.at + half for ours, event in pairs)
    moved = sum(ours.date() != event.on for ours, event in pairs)
    figures = f"{len(off)} | {max(off):.0f} | {median(off):.0f} | {minute} | {moved}"
    return f"| {label} | {year} | {figures} |"


def lunar_calendar() -> Iterator[str]:
    yield from section("旧暦")
    every = (FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
    firsts = [each for each in every if lunar(each).day == 1]
    lengths = {first: (second - first).days for first, second in pairwise(firsts)}
    months = same = 0
    for year in published.lunar_years():
        first = year.first
        for length in year.lengths:
            months += 1
            same += lengths.get(first) == length
            first += timedelta(days=length)
    leaps = sum(lunar(first).leap for first in firsts)
    yield from prose(f"""Of the {months:,} months of 1931-2099 in a published calendar
        (21世紀暦, in `tools/almanac/lunar_years.txt`), {same:,} begin and end on our days. The
        others are the 6th and 7th month of 2074, whose boundary is seconds from midnight.
        Tests compare the leap months: they agree with that calendar, 2033's 閏11月 included,
        and all {leaps} of 1900-2100 with another independent computation.""")


def customs() -> Iterator[str]:
    yield from section("選日, 七十二候 and customs")
    yield from prose("""No authority publishes these days. Tests compare them with lists that
        publishers and shrines print (`tools/almanac/customs.toml` names each): every day of the
        lists is ours, and no other day of their years.""")
    yield ""
    yield "| name | lists | years | days |"
    yield "|---|---|---|---|"
    lists = list(published.customs())
    for name in dict.fromkeys(each.name for each in lists):
        found = [each for each in lists if each.name == name]
        sources = sum(source.count(";") + 1 for source in {each.source for each in found})
        days = len({day for each in found for day in each.days})
        years = len({each.since.year for each in found})
        yield f"| {name} | {sources} | {years} | {days} |"
    yield from prose("Where almanacs disagree, the almanac follows these:")
    yield ""
    for school in SCHOOLS:
        yield from textwrap.wrap(
            " ".join(school.split()), 98, initial_indent="- ", subsequent_indent="  "
        )
    yield from prose("""Not compared with lists of two publishers, which were not found: 七十二候,
        and customs with a fixed date. The years from which modern customs are given come from one
        or two accounts each (`src/kirosample/almanac/observances.py`). The Library's rules were
        read as others quote them: koyomil.com, benricho.org and kitsuyui/hyper-calendar.""")


SCHOOLS = (
    """**一粒万倍日**: the National Diet Library gives two methods of choosing the branches.
    Today's calendars print the days of both, and so does this one. The 節月 begins on the day
    in Japan of its 節, the whole day included; the seasons of 天赦日 begin likewise.""",
    """**己巳の日** is a 巳の日 as well: published lists of 巳の日 include it, so the API gives
    both names. The page shows only the rarer one.""",
    """**不成就日** follows the lunar month (旧暦), as the Library says and lists show; some
    writers state the rule for the 節月. A short month has no 30th, and the day is left out;
    some take the 29th instead.""",
    """**七十二候** begin when the Sun's longitude is a multiple of 5 degrees. Others count
    five days from each solar term, which gives one 候 in eight another date.""",
    """**社日** is the 戊 day nearest to the equinox. Forty times between 1900 and 2100 two of
    them are five days away: the earlier one is taken, as in published lists of today. Others
    decide by the hour of the equinox (March 25 in 2024 and 2026).""",
    """**初午** is the first day of the Horse in February, as at the great Inari shrines. Some
    keep it in the second lunar month, or never before 立春.""",
    """**お盆** is August 13 to 16, as in most of Japan, and **鏡開き** January 11, which is
    later in Kansai. The 五節句 are on their dates in the Gregorian calendar.""",
)


def near_midnight() -> Iterator[str]:
    yield from section("What the future may change")
    yield from prose(f"""Clocks in Japan show UTC + 9 h. We keep TT - UTC at its present 69.184
        s, since leap seconds are to end by 2035. If they do not, or a leap minute comes, later
        instants shift: the observatory's tables for any year assume some 14 s more in 2053 and
        26 s more in 2100. These instants are so close to midnight ({NEAR_MIDNIGHT} s) that
        their dates in Japan could change:""")
    yield ""
    yield "| instant | |"
    yield "|---|---|"
    terms = [(term.at, term.name) for year in range(2028, 2101) for term in solar_terms(year)]
    kou = [
        (jst_of_tt(sun_reaches(longitude, year)), KOU[(longitude - 315) % 360 // 5].name.ja)
        for year in range(2028, 2101)
        for longitude in range(0, 360, 5)
        if longitude % 15
    ]
    new_moons = [(phase_at(quarter), "") for quarter in range(1384, 4996, 4)]
    for at, name in close(terms + kou):
        yield f"| {at:%Y-%m-%d %H:%M:%S} | {name} |"
    for at, _ in close(new_moons):
        old = lunar(at.date())
        month = f"旧暦{old.year}年{'閏' if old.leap else ''}{old.month}月"
        yield f"| {at:%Y-%m-%d %H:%M:%S} | 新月, which begins {month} |"
    yield from prose("""Before 1972 clocks followed the Earth's rotation, and TT - UT comes
        from libastro's table, within 1.4 s of skyfield's.""")


def close(events: Iterable[tuple[datetime, str]]) -> Iterator[tuple[datetime, str]]:
    for at, name in events:
        since = at.hour * 3600 + at.minute * 60 + at.second
        if min(since, SECONDS - since) <= NEAR_MIDNIGHT:
            yield at, name


if __name__ == "__main__":
    main()
