"""The scores of a day: as the table of ranks, with areas that fit the overall score."""

from collections import Counter
from datetime import date

import pytest

from kirosample.horoscope import ranks
from kirosample.horoscope.scores import scores
from kirosample.horoscope.standings import change
from tests.horoscope.years import days


@pytest.mark.parametrize("year", [1900, 2026, 2100])
def test_scores_have_the_ranks_and_stars_of_the_table(year: int) -> None:
    for month in range(1, 13):
        day = date(year, month, 28)
        found = scores(day)
        assert [(one.sign, one.rank, one.overall) for one in found] == list(ranks(day))
        assert all(one.change == change(day, one.sign) for one in found)


def test_areas_lie_around_the_overall_score_and_have_every_score_3_most_often() -> None:
    of_year = [one for day in days(2028, 2028) for one in scores(day)]
    for one in of_year:
        areas = (one.love, one.work, one.money)
        assert 1 <= min(areas) <= one.overall <= max(areas) <= 5
    for area in ("love", "work", "money"):
        counted = Counter(getattr(one, area) for one in of_year)
        assert set(counted) == {1, 2, 3, 4, 5}
        assert min(counted.values()) >= 0.08 * counted.total(), (area, counted)
        assert counted.most_common(1)[0][0] == 3, (area, counted)
