"""The sky compared with a second model of the solar system."""

from datetime import date, timedelta
from itertools import combinations, pairwise

import astronomy
import pytest

from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope import SIGNS, phase, sky
from kirosample.horoscope.sky import FIRST_OF_STATIONS, _turns, longitude, moon_sign, separation

SAMPLED = [date(year, month, 1 + year % 28) for year in range(1900, 2101, 8) for month in (2, 5, 9)]


def _second_model(body: str, day: date) -> float:
    """Apparent longitude of date by astronomy-engine, at noon JST."""
    time = astronomy.Time.Make(day.year, day.month, day.day, 3, 0, 0.0)
    vector = astronomy.GeoVector(astronomy.Body[body.capitalize()], time, True)
    of_date = astronomy.RotateVector(astronomy.Rotation_EQJ_ECT(time), vector)
    return float(astronomy.SphereFromVector(of_date).lon) % 360


@pytest.mark.parametrize("day", SAMPLED, ids=str)
def test_longitudes_agree_with_a_second_model(day: date) -> None:
    for placed in sky(day).placements:
        limit = 1 / 60 if placed.body != "pluto" else 3 / 60
        assert separation(placed.longitude, _second_model(placed.body, day)) < limit, placed


def moves_backward(day: date, body: str) -> bool:
    before, after = (longitude(body, day + timedelta(n)) for n in (-1, 1))
    # The change over two days around noon has the sign of the speed at noon.
    return (after - before) % 360 > 180


def test_the_table_of_stations_has_every_turn_of_a_planet_on_its_day() -> None:
    for body, turns in _turns().items():
        for number, turn in enumerate(turns, start=1):
            day = FIRST_OF_STATIONS + timedelta(turn)
            before = day - timedelta(1)
            assert moves_backward(day, body) == bool(number % 2), (body, day)
            assert before < FIRST_OF_STATIONS or moves_backward(before, body) != bool(number % 2)
        last = (LAST_DAY + timedelta(31) - FIRST_OF_STATIONS).days + 1
        rounds = [after - turn for turn, after in pairwise(turns[::2])]
        assert max(rounds) < 1.5 * min(rounds), (body, "a turn and the next one are missing")
        assert last - turns[-1] < max(rounds), (body, "the last ones are missing")


@pytest.mark.parametrize("day", [FIRST_DAY, *SAMPLED, LAST_DAY], ids=str)
def test_signs_phase_and_aspects_follow_from_the_longitudes(day: date) -> None:
    today = sky(day)
    assert phase(day) == today.phase
    assert moon_sign(day) == today["moon"].sign
    for placed in today.placements:
        assert SIGNS[int(placed.longitude // 30)].id == placed.sign
        assert placed.retrograde == moves_backward(day, placed.body)
    assert today.phase == (today["moon"].longitude - today["sun"].longitude) % 360
    listed = {(aspect.faster, aspect.slower, aspect.angle) for aspect in today.aspects}
    for faster, slower in combinations(today.placements, 2):
        apart = separation(faster.longitude, slower.longitude)
        limit = 6 if {faster.body, slower.body} & {"sun", "moon"} else 4
        for angle in (0, 60, 90, 120, 180):
            is_listed = (faster.body, slower.body, angle) in listed
            assert is_listed == (abs(apart - angle) <= limit)
