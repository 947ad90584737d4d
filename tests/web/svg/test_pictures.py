"""Pictures agree with the facts of the day."""

import re
from datetime import date
from itertools import pairwise
from math import pi
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kirosample import almanac, horoscope
from kirosample.web.drawing.paths import lines
from kirosample.web.svg import icons, pictures
from kirosample.web.svg.pictures import season_picture

DAYS = st.dates(almanac.FIRST_DAY, almanac.LAST_DAY)


@pytest.mark.parametrize(
    ("phase", "lit", "side"),
    [(0, 0, 0), (60, 0.25, 1), (120, 0.75, 1), (180, 1, 0), (240, 0.75, -1), (300, 0.25, -1)],
)
def test_the_moon_is_lit_by_its_phase_and_waxes_from_the_right(
    phase: float, lit: float, side: int
) -> None:
    assert pictures.moon_of_age(almanac.SYNODIC_MONTH * phase / 360) == pictures.moon(
        phase, size=16, seas=False
    )
    (outline,) = lines(pictures.lit(phase))
    edges = list(pairwise(outline))
    area = sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in edges) / 2
    assert abs(area) / (pi * 46**2) == pytest.approx(lit, abs=0.01)
    middle = sum(x for x, _ in outline) / len(outline) - 50
    assert (middle > 1) - (middle < -1) == side or not lit


@given(DAYS, st.sampled_from([sign.id for sign in horoscope.SIGNS]))
def test_the_wheel_is_well_formed_on_every_day(day: date, sign: str) -> None:
    root = ElementTree.fromstring(pictures.wheel(horoscope.sky(day), sign))
    assert [text.text for text in root.iter("text")] == [
        pictures.LETTERS[placement.body]
        for placement in sorted(horoscope.sky(day).placements, key=lambda p: p.longitude)
    ]


def test_a_body_is_marked_at_its_true_longitude() -> None:
    sky = horoscope.sky(date(2026, 3, 20))  # the Sun near 0 degrees, which is at the left
    root = ElementTree.fromstring(pictures.wheel(sky))
    marks = [line for line in root.iter("line") if line.get("class") == "wheel-mark"]
    sun = sorted(sky.placements, key=lambda p: p.longitude).index(sky["sun"])
    assert float(marks[sun].attrib["x1"]) == pytest.approx(-154, abs=0.2)
    assert abs(float(marks[sun].attrib["y1"])) < 4


@given(st.lists(st.floats(0, 359.999), min_size=2, max_size=10).map(sorted))
def test_labels_keep_their_order_and_do_not_overlap(angles: list[float]) -> None:
    moved = pictures.spread(angles, 13.5)
    gaps = [b - a for a, b in zip(moved, [*moved[1:], moved[0] + 360], strict=True)]
    assert min(gaps) > 13.5 - 0.1


def test_labels_that_are_far_apart_do_not_move() -> None:
    assert pictures.spread([10, 100, 350], 13.5) == [10, 100, 350]


def test_icons_and_stars() -> None:
    assert len({icons.icon(sign.id).split("<path")[1] for sign in horoscope.SIGNS}) == 12
    for score, lit in ((1, 24), (5, 120)):
        assert f'<svg width="{lit}"><use href="#stars"/></svg></svg>' in icons.stars(score)


def path_of(term: str) -> str:
    match = re.search(r'<path d="([^"]+)"/>', season_picture(term))
    assert match
    return match[1]


def test_each_term_has_a_picture_of_its_own_that_fits_its_grid_and_is_small() -> None:
    terms = [term.name for term in almanac.solar_terms(2026)]
    for term in terms:
        points = [point for line in lines(path_of(term)) for point in line]
        for of_axis in zip(*points, strict=True):
            assert min(of_axis) >= 3
            assert max(of_axis) <= 48 - 3
        assert len(path_of(term)) < 700
    assert len(set(map(path_of, terms))) == 24
