"""What makes a day special to readings, and what their texts may say of it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from kirosample import almanac
from kirosample.almanac.astronomy.ephemeris import moon_times, noon, sun_longitude, sun_times
from kirosample.almanac.moon import day_in, day_of_phase, phase_at, quarter_on
from kirosample.almanac.sexagenary import day_index, senjitsu_of_cycle
from kirosample.almanac.terms import NAMES, season, term_days
from kirosample.horoscope.readings.texts import KINDS
from kirosample.horoscope.signs import SIGNS
from kirosample.text import Text

NEW_MOON, FULL_MOON = "new-moon", "full-moon-"
"""A kind of special day, and what those of the full Moon begin with: its sign follows."""

_DAY: Final = timedelta(days=1)
_FIXED: Final = {
    (1, 1): "new-year", (1, 2): "new-year-days", (1, 3): "new-year-days", (2, 14): "valentine",
    (3, 3): "hinamatsuri", (4, 1): "april-fools", (5, 5): "childrens-day", (7, 7): "tanabata",
    **dict.fromkeys([(8, 13), (8, 14), (8, 15), (8, 16)], "obon"),
    (10, 31): "halloween", (12, 24): "christmas-eve", (12, 25): "christmas",
    (12, 31): "new-years-eve",
}  # fmt: skip
_TERMS: Final = {
    "春分": "spring-equinox", "夏至": "summer-solstice", "秋分": "autumn-equinox",
    "冬至": "winter-solstice",
    "立春": "spring", "立夏": "summer", "立秋": "autumn", "立冬": "winter",
}  # fmt: skip
_NEW, _FULL = 0, 2
"""Quarters of the Moon."""


@lru_cache(maxsize=64)
def find_kind(d: date) -> str | None:
    """What makes a day special: the first of KINDS that it is."""
    return min(_list_kinds(d), key=KINDS.index, default=None)


def _list_kinds(d: date) -> Iterator[str]:
    if fixed := _FIXED.get((d.month, d.day)):
        yield fixed
    terms = dict(zip(term_days(d.year), NAMES, strict=True))
    if kind := _TERMS.get(terms.get(d, "")):
        yield kind
    if "節分" in almanac.zassetsu(d.year).get(d, ()):
        yield "setsubun"
    if d == day_in(d.year, 8, 15):
        yield "mid-autumn"
    quarter = quarter_on(d)
    if day_of_phase(quarter) == d and quarter % 4 == _FULL:
        # At the instant, by the Sun, which is opposite.
        since_noon = (phase_at(quarter) - almanac.midnight(d)) / _DAY - 0.5
        yield f"{FULL_MOON}{SIGNS[int(sun_longitude(noon(d) + since_noon) // 30 + 6) % 12].id}"
    if day_of_phase(quarter) == d and quarter % 4 == _NEW:
        yield NEW_MOON
    if almanac.PARDON in senjitsu_of_cycle(season(d), day_index(d)):
        yield "tensha"


def find_field(name: str, d: date) -> Text | None:
    """What a text may name of a day, or None if the day has none."""
    match name:
        case "direction":
            ja, en = almanac.load_words().eho[almanac.eho(d)].text
            return Text(ja, en.lower())
        case "sunrise":
            at: datetime | None = sun_times(d).rise
        case "sunset":
            at = sun_times(d).set
        case "moonrise":
            at, _ = moon_times(d)
        case _:
            quarter = quarter_on(d)
            is_full = day_of_phase(quarter) == d and quarter % 4 == _FULL
            at = phase_at(quarter) if is_full else None
    return Text(almanac.clock(at), almanac.clock(at)) if at else None


def fill(text: Text, fields: Iterable[str], d: date) -> Text:
    """A text with the facts of a day, which has all of these."""
    if not fields:
        return text
    return text.filled({name: find_field(name, d) or Text("", "") for name in fields})
