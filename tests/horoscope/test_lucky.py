"""The lucky color, item and number."""

from datetime import date

from msgspec.structs import astuple

from kirosample.horoscope import SIGNS, load_things, readings
from tests.horoscope.years import days


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
        today = readings(day)
        lucky = [reading.lucky for reading in today]
        assert len({thing.item for thing in lucky}) == len(SIGNS)
        assert len({thing.number for thing in lucky}) == len(SIGNS)
        assert all(1 <= thing.number <= 99 for thing in lucky)
        for reading in today:
            key = reading.sign, reading.lucky.item.ja
            assert key not in last or (day - last[key]).days > 10, (key, day)
            last[key] = day
    assert len(last) < 366 * len(SIGNS), "no item returned"
