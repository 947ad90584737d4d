"""The day in the Japanese calendar, computed from the Sun and the Moon.

Pure: no clock, and no files but the package's own tables. Accuracy: docs/content.md.
"""

from kirosample.almanac.astronomy.ephemeris import TOKYO, load_places
from kirosample.almanac.birthday import Life, life, next_birthday
from kirosample.almanac.composition import ERAS, WEEKDAYS, day, era, month, summary
from kirosample.almanac.holidays import holidays, is_day_off, next_holiday, observances
from kirosample.almanac.loading import load
from kirosample.almanac.lucky import (
    PARDON,
    LuckyDay,
    Wish,
    days_between,
    is_rare,
    lucky_day,
    lucky_soon,
    names_of,
)
from kirosample.almanac.model import (
    FIRST_DAY,
    JST,
    LAST_DAY,
    Day,
    DaySummary,
    Era,
    Eto,
    Lunar,
    LunarEclipse,
    MeteorShower,
    Moon,
    OutOfRange,
    Place,
    SolarTerm,
    Sun,
    clock,
    date_in_japan,
    midnight,
)
from kirosample.almanac.moon import MOON_NAMES, SYNODIC_MONTH, phases, tide
from kirosample.almanac.sexagenary import eho, eto, eto_of_month, senjitsu_words, without_twice
from kirosample.almanac.sky import View, lunar_eclipses, meteor_showers, view
from kirosample.almanac.special import (
    SpecialDay,
    about_occasion,
    days_together,
    festival,
    later_occasions,
    next_lucky_together,
    special_day,
    special_days,
)
from kirosample.almanac.terms import about_term, kou, season, shanichi_tie, solar_terms, zassetsu
from kirosample.almanac.words import FREE, Kou, Purpose, Word, load_words
