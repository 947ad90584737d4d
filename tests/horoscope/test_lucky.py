"""The lucky color, item and number."""

from datetime import date

from msgspec.structs import astuple

from kirosample.horoscope import SIGNS, load_things, readings
from tests.years import days


def test_colors_and_items_are_unique() -> None:
    things = load_things()
    colors = [color for palette in astuple(things.colors) for color in palette]
    items = [item for house in things.houses for item in house.items]
    for texts in ([color.text for color in colors], items):
        for of_language in zip(*texts, strict=True):
            assert len(of_language) == len(set(of_language))
    assert len({color.hex for color in colors}) == len(colors)


def test_items_and_numbers_differ_between_signs_and_no_item_returns_within_ten_days() -> None:
    last: dict[tuple[str, str], date] = {}
    for day in days(2028, 2028):
        lucky = {reading.sign: reading.lucky for reading in readings(day)}
        assert len({thing.item for thing in lucky.values()}) == len(SIGNS)
        assert len({thing.number for thing in lucky.values()}) == len(SIGNS)
        for sign, thing in lucky.items():
            assert 1 <= thing.number <= 99
            assert (day - last.get((sign, thing.item.ja), date.min)).days > 10, (sign, day)
            last[sign, thing.item.ja] = day
