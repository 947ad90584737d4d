"""The lucky color, item and number, from the same sky as the reading."""

from dataclasses import dataclass
from datetime import date

from kirosample.horoscope.signs import POSITION, SIGNS, house
from kirosample.horoscope.sky import sky
from kirosample.horoscope.things import Color, load_things
from kirosample.text import Text


@dataclass(frozen=True, slots=True)
class Lucky:
    """A traditional color, a thing of daily life, and a number up to 99."""

    color: Text
    color_reading: str
    color_hex: str
    item: Text
    number: int


def lucky(d: date, sign: str) -> Lucky:
    """One sign's lucky things.

    The item follows from the Moon's house, so the twelve signs' items differ; the color from the
    ruler of the sign of that number; the number from the Moon's longitude in tenths of a degree.
    The date rotates through equal candidates.
    """
    moon = sky(d)["moon"]
    number = house(moon.sign, sign)
    things = load_things()
    items = things.houses[number - 1].items
    colors: tuple[Color, ...] = getattr(things.colors, SIGNS[number - 1].ruler)
    turn = d.toordinal()
    color = colors[(turn + POSITION[sign]) % len(colors)]
    return Lucky(
        color=color.text,
        color_reading=color.kana,
        color_hex=color.hex,
        item=items[turn % len(items)],
        number=(int(moon.longitude * 10) + 8 * number) % 99 + 1,
    )
