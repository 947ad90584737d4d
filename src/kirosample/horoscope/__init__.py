"""The sky of a day, and the twelve readings that follow from it. Pure: the date is an argument."""

from kirosample.horoscope.areas import area_line
from kirosample.horoscope.lucky import Lucky, load_things
from kirosample.horoscope.outlook import fortnight, good_days, load_week_lines, week
from kirosample.horoscope.pairs import PAIRS, in_order, pair
from kirosample.horoscope.pairs import load as load_pairs
from kirosample.horoscope.ranking import AREAS, ranks_by
from kirosample.horoscope.reading import Reading, read_words, reading, readings
from kirosample.horoscope.readings.deals import load_deals
from kirosample.horoscope.readings.texts import load as load_texts
from kirosample.horoscope.signs import BY_ID as SIGNS_BY_ID
from kirosample.horoscope.signs import SIGNS, Sign, birth_sign, signs_of
from kirosample.horoscope.sky import BODY_NAMES, Sky, phase, sky
from kirosample.horoscope.standings import Standing, load_ranks, ranks
