"""The pictures of the solar terms."""

import re

import pytest

from kirosample import almanac
from kirosample.web.drawing.paths import lines
from kirosample.web.svg.seasons import season_picture

TERMS = [term.name for term in almanac.solar_terms(2026)]
GRID = 48
MARGIN = 3
MOST_BYTES = 700


def path(term: str) -> str:
    found = re.search(r'<path d="([^"]+)"/>', season_picture(term))
    assert found
    return found[1]


@pytest.mark.parametrize("term", TERMS)
def test_a_picture_fits_its_grid_and_is_small(term: str) -> None:
    points = [point for line in lines(path(term)) for point in line]
    for of_axis in zip(*points, strict=True):
        least, most = min(of_axis), max(of_axis)
        assert least >= MARGIN
        assert most <= GRID - MARGIN
    assert len(path(term)) < MOST_BYTES


def test_each_term_has_a_picture_of_its_own() -> None:
    assert len({path(term) for term in TERMS}) == 24
    with pytest.raises(KeyError):
        season_picture("立夏前")
