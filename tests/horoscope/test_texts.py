"""Readings over years: nothing is read again too soon."""

import pytest

from tools.horoscope.figures import Figures, count, days


@pytest.fixture(
    scope="module",
    params=[(2026, 2027), pytest.param((2024, 2032), marks=pytest.mark.long)],
    ids=lambda years: f"{years[0]}-{years[1]}",
)
def figures(request: pytest.FixtureRequest) -> Figures:
    return count(days(*request.param))


def test_no_sentence_is_read_twice_on_a_day(figures: Figures) -> None:
    assert figures.days_with_a_sentence_twice == 0


def test_a_sign_does_not_read_a_sentence_again_within_ten_days(figures: Figures) -> None:
    assert figures.soonest_return > 10


def test_the_first_and_the_last_places_have_no_headline_again_within_a_week(
    figures: Figures,
) -> None:
    assert figures.soonest_same_headline > 7


def test_the_readings_of_any_365_days_are_distinct(figures: Figures) -> None:
    assert figures.soonest_same_text >= 365


def test_a_day_has_twelve_headlines(figures: Figures) -> None:
    assert figures.headlines_of_a_day == 12


def test_one_fact_explains_at_most_four_readings_of_a_day(figures: Figures) -> None:
    assert figures.readings_of_a_fact == 4


def test_nothing_speaks_of_the_office_on_days_off(figures: Figures) -> None:
    assert figures.office_on_days_off == 0


def test_most_readings_end_on_their_subject(figures: Figures) -> None:
    assert figures.endings["season"] / figures.readings < 0.2
    assert figures.endings["Moon"] / figures.readings < 0.05
    assert all(figures.endings.values())


def test_readings_have_a_readable_length(figures: Figures) -> None:
    for language, shortest, longest in (("ja", 80, 190), ("en", 180, 480)):
        assert shortest <= min(figures.lengths[language])
        assert max(figures.lengths[language]) <= longest
