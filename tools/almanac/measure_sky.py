"""How far lunar eclipses and meteor showers are from published ones."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from statistics import mean, median

from kirosample.almanac import FIRST_DAY, LAST_DAY, lunar_eclipses
from kirosample.almanac.astronomy.eclipses import Eclipse, eclipse_at
from kirosample.almanac.astronomy.timescale import jst_of_tt
from kirosample.almanac.sky import SHOWERS, shower_peak
from tools.almanac import published
from tools.almanac.markdown import prose, section
from tools.almanac.write_instants import full_moons


def eclipses() -> Iterator[str]:
    yield from section("月食")
    catalog = {
        published.full_moon_of(each.greatest): each for each in published.catalog_of_eclipses()
    }
    ours = all_eclipses()
    both = [(eclipse, catalog[number]) for number, eclipse in ours.items() if number in catalog]
    alone = len(ours.keys() ^ catalog.keys())
    kinds = sum((eclipse.magnitude >= 1) != expected.total for eclipse, expected in both)
    off = [eclipse.magnitude - expected.magnitude for eclipse, expected in both]
    late = {
        expected.greatest.year: (jst_of_tt(eclipse.greatest) - expected.greatest).total_seconds()
        for eclipse, expected in both
    }
    umbral = [half(eclipse.contacts, 0) - expected.umbral for eclipse, expected in both]
    total = [
        half(eclipse.contacts, 1) - expected.whole for eclipse, expected in both if expected.total
    ]
    modern = max(abs(seconds) for year, seconds in late.items() if year < 2010)
    yield from prose(f"""All {len(catalog)} umbral eclipses in NASA's catalog (1900-2100,
        universal time) are ours, and we have {alone} others; {kinds} are total in one and
        partial in the other. Magnitudes differ by at most {max(map(abs, off)):.4f}
        (mean {mean(off):+.4f}),
        half the duration of the umbral phase by {max(map(abs, umbral)):.2f} minutes and that of
        totality by {max(map(abs, total)):.2f}, where the catalog's own rounding is 0.0005 and
        0.5 minutes. Its greatest eclipses are rounded to the minute: until 2009 ours are within
        {modern:.0f} s of them. Later it lets clocks follow the slowing Earth, and ours are up
        to {max(late.values()):.0f} s later by 2100.""")
    yield ""
    yield "| 月食, the observatory | times | largest, s | median, s | magnitude |"
    yield "|---|---|---|---|---|"
    for expected in published.lunar_eclipses():
        eclipse = lunar_eclipses(expected.on.year)[expected.on]
        times = (
            eclipse.begins,
            eclipse.total_begins,
            eclipse.greatest,
            eclipse.total_ends,
            eclipse.ends,
        )
        pairs = zip(filter(None, times), expected.at, strict=True)
        seconds = [abs((at - told).total_seconds()) for at, told in pairs]
        unit = "0.1 min" if expected.in_tenths else "1 min"
        given = f"{eclipse.magnitude - expected.magnitude:+.3f}" if expected.magnitude else ""
        yield (
            f"| {expected.on} | {len(seconds)}, to {unit} | {max(seconds):.0f} "
            f"| {median(seconds):.0f} | {given} |"
        )
    seen = sum(len(lunar_eclipses(year)) for year in range(FIRST_DAY.year, LAST_DAY.year + 1))
    listed = sum(len(table.days) for table in published.seen_eclipses())
    yield from prose(f"""Of them {seen} are seen, in part at least, from a prefectural capital.
        Tests compare them with two published lists ({listed} eclipses: all agree) and the
        places of three with the observatory's. It takes the Moon's upper limb for what is seen
        of an eclipse, we take the center, as in moonrise: where the Moon rises or sets within
        two minutes of the end or the begin, the two differ.""")


def all_eclipses() -> dict[int, Eclipse]:
    """Those of the catalog's years, by the number of their full moon."""
    years = range(FIRST_DAY.year, LAST_DAY.year + 1)
    numbered = {number: eclipse_at(number) for number in full_moons()}
    return {
        n: eclipse
        for n, eclipse in numbered.items()
        if eclipse and jst_of_tt(eclipse.greatest).astimezone(UTC).year in years
    }


def half(contacts: tuple[float, ...], inner: int) -> float:
    """Half the minutes between a contact and its counterpart."""
    return (contacts[-1 - inner] - contacts[inner]) * 1440 / 2


def showers() -> Iterator[str]:
    yield from section("流星群")
    yield from prose("""The observatory expects these maxima, to the hour (sources:
        `tools/almanac/sky.toml`). What then happens in the sky may be hours from what anyone
        expected.""")
    yield ""
    yield "| shower | years | number | largest, minutes | other night |"
    yield "|---|---|---|---|---|"
    for name, longitude in SHOWERS.items():
        peaks = [peak for told, peak in published.showers() if told == name]
        ours = [jst_of_tt(shower_peak(longitude, peak.year)) for peak in peaks]
        pairs = list(zip(ours, peaks, strict=True))
        off = max(abs((at - peak).total_seconds()) / 60 for at, peak in pairs)
        noon = timedelta(hours=12)
        other = sum((at - noon).date() != (peak - noon).date() for at, peak in pairs)
        years = f"{peaks[0].year}-{peaks[-1].year}"
        yield f"| {name} | {years} | {len(peaks)} | {off:.0f} | {other} |"
