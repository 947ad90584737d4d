"""SVG paths become the points that a browser would draw."""

from math import hypot

import pytest

from kirosample import horoscope
from kirosample.web.drawing.paths import lines
from kirosample.web.svg import icons


def test_equivalent_spellings_of_a_line_are_equal() -> None:
    square = [[(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0), (1.0, 1.0)]]
    for path in ("M1 1H3V3H1Z", "m1 1h2v2h-2z", "M1 1L3 1 3 3 1 3Z", "m1,1 2,0 0,2-2,0z"):
        assert lines(path) == square


def test_two_half_circles_are_a_circle() -> None:
    (points,) = lines("M30 16A14 14 0 1 1 2 16 14 14 0 1 1 30 16z")
    assert all(abs(hypot(x - 16, y - 16) - 14) < 1e-9 for x, y in points)
    assert points[0] == pytest.approx(points[-1])
    heights = [y for _, y in points]
    assert [min(heights), max(heights)] == pytest.approx([2, 30], abs=0.1)


def test_the_flags_of_an_arc_select_its_direction() -> None:
    # An arc between a diameter's ends goes over the top with the sweep, and below without.
    tops = [min(y for _, y in lines(f"M0 0A5 5 0 0 {sweep} 10 0")[0]) for sweep in (1, 0)]
    assert tops == pytest.approx([-5, 0], abs=0.1)
    assert lines("M0 0a5 5 0 0110 0") == lines("M0 0a5 5 0 0 1 10 0")


def test_a_smooth_curve_continues_the_direction_of_the_previous_one() -> None:
    smooth, whole = lines("M0 0C0 1 1 2 2 2S4 1 4 0"), lines("M0 0C0 1 1 2 2 2 3 2 4 1 4 0")
    assert smooth == whole


def test_each_visible_part_is_where_it_should_be() -> None:
    assert [line[0] for line in lines("M1 2h3M5 6h1z m1 1h1")] == [(1, 2), (5, 6), (6, 7)]


def test_every_icon_fits_its_square() -> None:
    for sign in horoscope.SIGNS:
        for line in lines(icons.path(sign.id)):
            assert all(1 < x < 23 and 1 < y < 23 for x, y in line), sign


@pytest.mark.parametrize("path", ["M0 0Q1 1 2 2", "1 1", "M0 0z1 1"])
def test_unknown_path_commands_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"path|expected"):
        lines(path)
