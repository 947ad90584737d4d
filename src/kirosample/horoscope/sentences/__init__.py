"""Every line a reading can say, by the fact that lets it be said."""

from kirosample.horoscope.sentences.areas import AREA_LINES
from kirosample.horoscope.sentences.aspects import ASPECT_LINES
from kirosample.horoscope.sentences.moon import MOON_LINES
from kirosample.horoscope.sentences.phases import PHASE_LINES
from kirosample.horoscope.sentences.planets import PLANET_LINES, RETROGRADE_LINES
from kirosample.horoscope.sentences.seasons import SEASON_LINES
from kirosample.horoscope.sentences.things import COLORS, ITEMS

__all__ = [
    "AREA_LINES",
    "ASPECT_LINES",
    "COLORS",
    "ITEMS",
    "MOON_LINES",
    "PHASE_LINES",
    "PLANET_LINES",
    "RETROGRADE_LINES",
    "SEASON_LINES",
]
