"""Places and stars over years: kind to a day's last, and fair to every sign."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import accumulate

import pytest

from kirosample.horoscope import AREAS, SIGNS, ranks, ranks_by
from kirosample.horoscope.ranking import scores
from tests.years import days

FIRST, FIRST_THREE, LAST = (1,), (1, 2, 3), (12,)
FIRST_DAY = date(2028, 1, 1)


@pytest.fixture(scope="module", params=["overall", *AREAS])
def by_sign(request: pytest.FixtureRequest) -> Mapping[str, list[int]]:
    """The rank of each sign on every day, in each of the four rankings."""
    ranks_of_signs: defaultdict[str, list[int]] = defaultdict(list)
    for day in days(2024, 2032):
        for rank, sign in enumerate(ranks_by(day, request.param), start=1):
            ranks_of_signs[sign].append(rank)
    return ranks_of_signs


@pytest.mark.parametrize(
    ("length", "first", "first_three", "last"),
    [(365, (15, 50), (0.18, 0.32), 0.15), (90, (1, 50), (0.08, 1), 0.25)],
)
def test_over_any_year_or_quarter_every_sign_is_first_often_enough_and_seldom_last(
    by_sign: Mapping[str, list[int]],
    length: int,
    first: tuple[int, int],
    first_three: tuple[float, float],
    last: float,
) -> None:
    def counts(places: tuple[int, ...]) -> list[int]:
        """The days in these places, by sign and window of `length` days."""
        totals = []
        for of_sign in by_sign.values():
            until = [0, *accumulate(rank in places for rank in of_sign)]
            totals += [after - before for before, after in zip(until, until[length:], strict=False)]
        return totals

    assert first[0] <= min(counts(FIRST)) <= max(counts(FIRST)) <= first[1]
    shares = [days / length for days in counts(FIRST_THREE)]
    assert first_three[0] <= min(shares) <= max(shares) <= first_three[1]
    assert max(counts(LAST)) <= last * length


def test_places_and_stars_do_not_contradict_each_other() -> None:
    for day in days(2024, 2032):
        stars = [standing.overall for standing in ranks(day)]
        assert stars == sorted(stars, reverse=True), day
        assert min(stars[:3]) >= 4, day
        assert max(stars[-3:]) <= 3, day
        assert stars.count(1) <= 2, day


def test_stars_are_spread_alike_for_every_sign() -> None:
    """Roughly 5, 21, 39, 23 and 12 % for one to five stars."""
    allowed = {1: (0.03, 0.08), 2: (0.17, 0.24), 3: (0.34, 0.43), 4: (0.2, 0.27), 5: (0.1, 0.15)}
    counted = Counter((of.sign, of.overall) for day in days(2024, 2032) for of in ranks(day))
    number = counted.total() / len(SIGNS)
    for sign in SIGNS:
        for stars, (least, most) in allowed.items():
            assert least <= counted[sign.id, stars] / number <= most, (sign.id, stars)


def test_areas_lie_around_the_overall_score_and_have_every_score_3_most_often() -> None:
    of_year = [score for day in days(FIRST_DAY.year, 2028) for score in scores(day)]
    for score in of_year:
        areas = (score.love, score.work, score.money)
        assert 1 <= min(areas) <= score.overall <= max(areas) <= 5
    for area in AREAS:
        of_day = {score.sign: getattr(score, area) for score in of_year[:12]}
        in_order = [of_day[sign] for sign in ranks_by(FIRST_DAY, area)]
        assert in_order == sorted(of_day.values(), reverse=True)
        counted = Counter(getattr(score, area) for score in of_year)
        assert set(counted) == {1, 2, 3, 4, 5}
        assert min(counted.values()) >= 0.08 * counted.total(), (area, counted)
        assert counted.most_common(1)[0][0] == 3, (area, counted)
