"""The pictures of the solar terms."""

import re

from kirosample import almanac
from kirosample.web.drawing.paths import lines
from kirosample.web.svg.seasons import season_picture

TERMS = [term.name for term in almanac.solar_terms(2026)]
GRID = 48
MARGIN = 3
MAX_BYTES = 700


def path(term: str) -> str:
    found = re.search(r'<path d="([^"]+)"/>', season_picture(term))
    assert found
    return found[1]


def test_each_term_has_a_picture_of_its_own_that_fits_its_grid_and_is_small() -> None:
    for term in TERMS:
        points = [point for line in lines(path(term)) for point in line]
        for of_axis in zip(*points, strict=True):
            assert min(of_axis) >= MARGIN
            assert max(of_axis) <= GRID - MARGIN
        assert len(path(term)) < MAX_BYTES
    assert len(set(map(path, TERMS))) == 24
