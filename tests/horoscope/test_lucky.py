"""The lucky color, item and number."""

import re
from datetime import date

from kirosample.horoscope import COLORS, ITEMS, SIGNS, readings
from tests.horoscope.years import days


def test_colors_and_items_are_unique() -> None:
    colors = [color for palette in COLORS.values() for color in palette]
    items = [item for of_house in ITEMS for item in of_house]
    for texts in ([color.name for color in colors], items):
        for of_language in zip(*texts, strict=True):
            assert len(of_language) == len(set(of_language))
    assert all(re.fullmatch("[ぁ-ゖ]+", color.reading) for color in colors)
    assert len({color.hex for color in colors}) == len(colors)
    assert all(re.fullmatch("#[0-9a-f]{6}", color.hex) for color in colors)


def test_items_and_numbers_differ_between_signs_and_no_item_returns_within_ten_days() -> None:
    last: dict[tuple[str, str], date] = {}
    for day in days(2028, 2028):
        today = readings(day)
        lucky = [one.lucky for one in today]
        assert len({one.item for one in lucky}) == len(SIGNS)
        assert len({one.number for one in lucky}) == len(SIGNS)
        assert all(1 <= one.number <= 99 for one in lucky)
        for one in today:
            key = one.sign, one.lucky.item.ja
            assert key not in last or (day - last[key]).days > 10, (key, day)
            last[key] = day
    assert len(last) < 366 * len(SIGNS), "no item returned"
