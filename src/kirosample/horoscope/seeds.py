"""One seed a year, chosen so that no reading of a year repeats another's text.

Several thousand readings drawn from a few million likely ones would repeat one about once a
year, as birthdays do. `tests/horoscope/measure_readings.py --seeds` finds the seeds anew after
lines or rules were changed.
"""

FIRST_YEAR = 1900
SEEDS = (
    "010122101350373016160130010780006120408011232120e0"
    "121403011126015230114001010012300a1050001011140500"
    "20204112125133e01111010010202102054610001000102226"
    "01450000110334231022150321231003100224520023012005"
    "0"
)


def seed(year: int) -> str:
    """The seed of a year from 1900 to 2100."""
    return SEEDS[year - FIRST_YEAR]
