"""The sky of a day, and the twelve readings that follow from it. Pure: the date is an argument."""

from kirosample.horoscope.areas.lines import area_line
from kirosample.horoscope.composing import opening
from kirosample.horoscope.deals import load_deals
from kirosample.horoscope.facts import Fact, InHouse, MoonPhase, Retrograde, Season
from kirosample.horoscope.lines import load
from kirosample.horoscope.lines.wording import sentences
from kirosample.horoscope.lucky import Lucky
from kirosample.horoscope.outlook import RankedDay, Week, fortnight, good_days, week
from kirosample.horoscope.pairs.pairing import PAIRS, in_order, pair
from kirosample.horoscope.ranking import Standing
from kirosample.horoscope.reading import Reading, reading, readings
from kirosample.horoscope.scores import AREAS, ranks_by
from kirosample.horoscope.signs import BY_ID as SIGNS_BY_ID
from kirosample.horoscope.signs import SIGNS, BirthSign, Sign, birth_sign, signs_of
from kirosample.horoscope.sky import (
    BODY_NAMES,
    Aspect,
    Placement,
    Sky,
    phase,
    sky,
)
from kirosample.horoscope.standings import load_ranks, ranks
from kirosample.horoscope.things import load_things
from kirosample.horoscope.week_lines import load_week_lines

__all__ = [
    "AREAS", "BODY_NAMES", "PAIRS", "SIGNS", "SIGNS_BY_ID", "Aspect",
    "BirthSign", "Fact", "InHouse", "Lucky", "MoonPhase", "Placement", "RankedDay",
    "Reading", "Retrograde", "Season", "Sign", "Sky", "Standing", "Week",
    "area_line", "birth_sign", "fortnight", "good_days", "in_order", "load", "load_deals",
    "load_ranks", "load_things", "load_week_lines", "opening", "pair", "phase", "ranks", "ranks_by",
    "reading", "readings", "sentences", "signs_of", "sky", "week",
]  # fmt: skip
