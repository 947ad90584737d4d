"""A year of readings: none repeats another, and no sign is favoured."""

import pytest
from tests.horoscope.figures import YearOfReadings, count_year, mean_ranks


@pytest.fixture(scope="module", params=[2024, 2025, 2026, 2027, 2028, 1900, 2100])
def year(request: pytest.FixtureRequest) -> YearOfReadings:
    return count_year(request.param)


def test_all_readings_differ_when_dates_signs_and_numbers_are_taken_out(
    year: YearOfReadings,
) -> None:
    assert year.readings in (12 * 365, 12 * 366)
    assert year.distinct == year.readings


def test_at_least_700_sentences_are_used_and_none_in_more_than_2_percent(
    year: YearOfReadings,
) -> None:
    assert len(year.sentences) >= 700
    assert max(year.sentences.values()) <= 0.02 * year.readings


def test_a_sign_hears_no_sentence_again_within_ten_days(year: YearOfReadings) -> None:
    assert year.soonest_return > 10


def test_readings_are_of_a_length_to_read_over_a_coffee(year: YearOfReadings) -> None:
    assert year.lengths[0] >= 90
    assert year.lengths[len(year.lengths) // 2] <= 140
    assert year.lengths[-1] <= 170


def test_every_score_comes_often_enough_and_the_middle_most(year: YearOfReadings) -> None:
    for field, counted in year.scores.items():
        shares = {score: counted[score] / year.readings for score in range(1, 6)}
        assert all(share >= 0.05 for share in shares.values()), (field, shares)
        assert max(shares, key=lambda score: shares[score]) == 3, (field, shares)


def test_the_twelve_lucky_items_of_a_day_differ(year: YearOfReadings) -> None:
    assert year.clashing_items == 0


def test_no_sign_is_favoured_in_any_year_from_2020_to_2040() -> None:
    means = mean_ranks(2020, 2040)
    assert len(means) == 12 * 21
    assert {key: mean for key, mean in means.items() if not 5 <= mean <= 8} == {}
