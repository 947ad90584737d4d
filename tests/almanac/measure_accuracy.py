"""Writes docs/content/almanac.md: how far the almanac is from other models and published tables.

    python -m tests.almanac.measure_accuracy

It takes half a minute. JPL's DE423, which reaches to 2100, is measured where the package `de423`
is installed; without it those rows are left out, and a line says so.
"""

import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
from tests.almanac import published
from tests.almanac.jpl_to_2100 import De423
from tests.almanac.reference_models import AstronomyEngine, Floats, Jpl

from kirosample.almanac import FIRST_DAY, LAST_DAY, day, holidays, solar_terms
from kirosample.almanac.ephemeris import elongation, when
from kirosample.almanac.lunar import lunar
from kirosample.almanac.moon import phase_at, quarter_on
from kirosample.almanac.terms import sun_reaches
from kirosample.almanac.timescale import jst_of_tt

DOCUMENT = Path(__file__).parents[2] / "docs" / "content" / "almanac.md"
SECONDS = 86400
NEAR_MIDNIGHT = 150  # seconds

Reaches = Callable[[Floats, Floats], Floats]


def main() -> None:
    lines = [
        "# How exact the almanac is",
        "",
        "Written by `python -m tests.almanac.measure_accuracy`; do not edit.",
        "Differences are ours less theirs, in seconds.",
        *models(),
        *tables(),
        *lunar_calendar(),
        *near_midnight(),
        *speed(),
    ]
    DOCUMENT.write_text("\n".join(lines) + "\n")


def section(title: str) -> Iterator[str]:
    yield from ("", f"## {title}")


def prose(text: str) -> Iterator[str]:
    yield ""
    yield from textwrap.wrap(" ".join(text.split()), 98, break_on_hyphens=False)


def models() -> Iterator[str]:
    jpl, second = Jpl(), AstronomyEngine()
    yield from section("Against other models")
    yield ""
    yield "| model | events | number | largest | median | mean | other dates in Japan |"
    yield "|---|---|---|---|---|---|---|"
    yield from compared("JPL DE421, 1900-2052", jpl.sun_reaches, jpl.moon_reaches, 2052)
    absent = ""
    try:
        far = De423()
    except ModuleNotFoundError:
        absent = "JPL's DE423 is not in the table: the package `de423` was not installed."
    else:
        yield from compared("JPL DE423, 1900-2100", far.sun_reaches, far.moon_reaches, 2100)
    yield from compared(
        "astronomy-engine, 1900-2100",
        elementwise(second.sun_reaches),
        elementwise(second.moon_reaches),
        2100,
    )
    jpl.close()
    yield from prose(f"""{absent} Both sides are compared in terrestrial time. JPL's positions are
        reduced with the precession and nutation of IAU 2006/2000A, as the observatory's are.
        astronomy-engine's Sun wavers by up to two arcseconds, 50 s of time: a check against gross
        error only. We take positions from libastro (`ephem`) and mend its Sun: its aberration is
        that of a circular orbit (0.34 arcsecond off), its precession that of IAU 1976 (0.3
        arcsecond a century).""")


def elementwise(reaches: Callable[[float, float], float]) -> Reaches:
    def all_reach(angles: Floats, near: Floats) -> Floats:
        return np.array([reaches(*pair) for pair in zip(angles, near, strict=True)])

    return all_reach


def compared(model: str, sun: Reaches, moon: Reaches, last: int) -> Iterator[str]:
    asked = [
        (float(degrees), year) for year in range(1900, last + 1) for degrees in range(0, 360, 15)
    ]
    ours = np.array([sun_reaches(*pair) for pair in asked])
    yield row(model, "二十四節気", ours, sun(np.array([degrees for degrees, _ in asked]), ours))
    quarters = np.array([q for q in range(-4950, 5000) if 1900 <= phase_at(q).year <= last])
    ours = np.array([phase_tt(int(quarter)) for quarter in quarters])
    yield row(model, "朔弦望", ours, moon(90.0 * (quarters % 4), ours))


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
    yield from prose("""Published times are rounded to the minute, so 30 s is what a perfect almanac
        would show as its largest difference. Sources: `tests/almanac/reki_yoko.toml`.""")
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
    yield from prose("""The table of 1951 was reckoned with Newcomb's theory in universal time. The
        far years of the tables computed for any year rest on the observatory's guess of delta T;
        see below.""")
    yield from prose(f"""Held by tests: the {seasonal} 雑節 and {named} 祝日・休日 of the tables
        found are all the same. The dates of our {total:,} holidays of 1948-2100 are those of
        jpholiday,
        after three of its errors (named in `tests/almanac/test_holidays.py`), and of holidays for
        the years that it knows, 1949-2099.""")


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
    yield from prose(f"""Of the {months:,} months of 1931-2099 in a published calendar (21世紀暦, in
        `tests/almanac/lunar_years.txt`), {same:,} begin and end on the days that ours do. The
        others are the 6th and the 7th month of 2074, whose boundary is seconds from midnight. Held
        by tests: the leap months of that calendar are ours, 2033's 閏11月 included, and all {leaps}
        of 1900-2100 are those of another independent reckoning.""")


def near_midnight() -> Iterator[str]:
    yield from section("What the future may change")
    yield from prose(f"""Clocks in Japan show UTC + 9 h. We keep TT - UTC at its present 69.184 s,
        for leap seconds are to end by 2035. If they do not, or a leap minute comes, later instants
        shift by as much: the observatory's tables for any year have some 14 s more in 2053 and 26 s
        more in 2100. These are so close to midnight ({NEAR_MIDNIGHT} s) that their dates in Japan
        could change:""")
    yield ""
    yield "| instant | |"
    yield "|---|---|"
    terms = [(term.at, term.name) for year in range(2028, 2101) for term in solar_terms(year)]
    new_moons = [(phase_at(quarter), "") for quarter in range(1384, 4996, 4)]
    for at, name in close(terms):
        yield f"| {at:%Y-%m-%d %H:%M:%S} | {name} |"
    for at, _ in close(new_moons):
        old = lunar(at.date())
        month = f"旧暦{old.year}年{'閏' if old.leap else ''}{old.month}月"
        yield f"| {at:%Y-%m-%d %H:%M:%S} | 新月, the beginning of {month} |"
    yield from prose("""Before 1972 clocks followed the Earth, and TT - UT is libastro's table,
        within 1.4 s of skyfield's.""")


def close(events: Iterable[tuple[datetime, str]]) -> Iterator[tuple[datetime, str]]:
    for at, name in events:
        since = at.hour * 3600 + at.minute * 60 + at.second
        if min(since, SECONDS - since) <= NEAR_MIDNIGHT:
            yield at, name


def speed() -> Iterator[str]:
    code = (
        "import time; a = time.perf_counter(); from kirosample.almanac import day, month;"
        "from datetime import date; b = time.perf_counter(); day(date(2026, 11, 24));"
        "c = time.perf_counter(); day(date(2026, 11, 25)); d = time.perf_counter();"
        "month(date(2027, 5, 1)); e = time.perf_counter(); print(b - a, c - b, d - c, e - d)"
    )
    told = [subprocess.check_output([sys.executable, "-c", code]).split() for _ in range(5)]
    runs = [[float(word) * 1000 for word in words] for words in told]
    load, first, warm, whole = (median(column) for column in zip(*runs, strict=True))
    yield from section("Speed")
    yield from prose(f"""Medians of five processes, on one core of the machine that measured the
        above: importing the package {load:.0f} ms, the first day {first:.0f} ms, the day after it
        {warm:.2f} ms, then a month of another year {whole:.0f} ms.""")


if __name__ == "__main__":
    main()
