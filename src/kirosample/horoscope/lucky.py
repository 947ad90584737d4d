"""The lucky color, item and number, each read from the same sky as the reading."""

from dataclasses import dataclass
from datetime import date

from kirosample.horoscope.sentences import COLORS, ITEMS
from kirosample.horoscope.signs import POSITION, SIGNS, house
from kirosample.horoscope.sky import sky


@dataclass(frozen=True, slots=True)
class Lucky:
    """A traditional color's name, a thing of daily life, and a number from 1 to 99."""

    color: str
    item: str
    number: int


def lucky(d: date, sign: str) -> Lucky:
    """One sign's lucky things.

    The item belongs to the house the Moon passes, so the twelve signs' items differ; the color to
    the ruler of the sign the Moon would be in, counted from this one; the number to the Moon's
    longitude in tenths of a degree. The date turns through what is equally fitting.
    """
    moon = sky(d)["moon"]
    number = house(moon.sign, sign)
    items = ITEMS[number - 1]
    colors = COLORS[SIGNS[number - 1].ruler]
    turn = d.toordinal()
    return Lucky(
        color=colors[(turn + POSITION[sign]) % len(colors)],
        item=items[turn % len(items)],
        number=(int(moon.longitude * 10) + 8 * number) % 99 + 1,
    )
