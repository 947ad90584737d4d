"""The lucky color, item and number."""

from collections import defaultdict
from datetime import date, timedelta

from kirosample.horoscope import SIGNS, readings
from kirosample.horoscope.sentences import COLORS, ITEMS


def test_there_are_many_colors_and_items_and_each_is_written_once() -> None:
    colors = [color for palette in COLORS.values() for color in palette]
    items = [item for of_house in ITEMS for item in of_house]
    assert len(colors) == len(set(colors)) >= 40
    assert len(items) == len(set(items)) >= 120


def test_on_any_day_the_twelve_items_and_the_twelve_numbers_differ() -> None:
    for number in range(366):
        lucky = [one.lucky for one in readings(date(2028, 1, 1) + timedelta(days=number))]
        assert len({one.item for one in lucky}) == len(SIGNS)
        assert len({one.number for one in lucky}) == len(SIGNS)
        assert all(1 <= one.number <= 99 for one in lucky)


def test_a_sign_does_not_get_the_same_item_again_within_ten_days() -> None:
    last: dict[tuple[str, str], date] = {}
    returns = defaultdict(list)
    for number in range(366):
        day = date(2028, 1, 1) + timedelta(days=number)
        for one in readings(day):
            key = one.sign, one.lucky.item
            if key in last:
                returns[(day - last[key]).days].append(key)
            last[key] = day
    assert min(returns) > 10
