"""Readings over years: nothing is read again too soon."""

import pytest

from tools.horoscope.figures import Figures, count, days


@pytest.fixture(scope="module")
def figures() -> Figures:
    return count(days(2026, 2027))


def test_nothing_is_read_again_too_soon(figures: Figures) -> None:
    assert figures.soonest_return > 10, "a sentence by a sign"
    assert figures.soonest_same_headline > 7, "a headline of the first or the last places"
    assert figures.soonest_same_text >= 365, "a whole reading"


def test_the_readings_of_a_day_differ(figures: Figures) -> None:
    assert figures.days_with_a_sentence_twice == 0
    assert figures.headlines_of_a_day == 12
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
