"""Places and stars over years: kind to a day's last, and fair to every sign."""

from collections import Counter
from datetime import date

import pytest

from kirosample.horoscope import SIGNS, ranks
from tools.horoscope.fairness import (
    FIRST_THREE,
    LAST,
    LAST_THREE,
    ranks_by_house,
    share,
    windows,
)
from tools.horoscope.figures import days

BEGINS, ENDS = date(2024, 1, 1), date(2032, 12, 31)


@pytest.mark.parametrize(
    ("length", "first", "first_three", "last"),
    [(365, (15, 50), (0.18, 0.32), 0.15), (90, (1, 50), (0.08, 1), 0.25)],
)
def test_over_any_year_or_quarter_every_sign_is_first_often_enough_and_seldom_last(
    length: int, first: tuple[int, int], first_three: tuple[float, float], last: float
) -> None:
    found = windows(BEGINS, ENDS, length)
    assert first[0] <= min(found.first) <= max(found.first) <= first[1]
    shares = [days / length for days in found.first_three]
    assert first_three[0] <= min(shares) <= max(shares) <= first_three[1]
    assert max(found.last) <= last * length


def test_no_house_of_the_moon_makes_a_day_good_or_hard_by_itself() -> None:
    """A house is a reading's subject: each is told in every tone."""
    for number, of_house in ranks_by_house(2026, 2027).items():
        assert 0.05 <= share(of_house, 1, FIRST_THREE) <= 0.45, number
        assert 0.05 <= share(of_house, LAST_THREE, LAST) <= 0.45, number


def test_places_and_stars_do_not_contradict_each_other() -> None:
    for day in days(2024, 2032):
        stars = [one.overall for one in ranks(day)]
        assert stars == sorted(stars, reverse=True), day
        assert min(stars[:3]) >= 4, day
        assert max(stars[-3:]) <= 3, day
        assert stars.count(1) <= 2, day


def test_stars_are_spread_alike_for_every_sign() -> None:
    """Roughly 5, 21, 39, 23 and 12 % for one to five stars."""
    allowed = {1: (0.03, 0.08), 2: (0.17, 0.24), 3: (0.34, 0.43), 4: (0.2, 0.27), 5: (0.1, 0.15)}
    counted = Counter((one.sign, one.overall) for day in days(2024, 2032) for one in ranks(day))
    number = len(list(days(2024, 2032)))
    for sign in SIGNS:
        for stars, (least, most) in allowed.items():
            assert least <= counted[sign.id, stars] / number <= most, (sign.id, stars)
