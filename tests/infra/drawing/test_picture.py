"""The SVG as it is seen: nothing overlaps, every text fits, lines cross neither icons nor texts.

It is made from the .drawio, so these hold for the places in that file too.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from ishizue_ops.drawing.drawio import DATA, LINE_HEIGHT, PAGES, Point, Rect, text_width

SPACE = "{http://www.w3.org/2000/svg}"


def overlap(one: Rect, other: Rect) -> bool:
    """Whether the two share an area; a common border does not count."""
    across = one.x < other.right and other.x < one.right
    return across and one.y < other.bottom and other.y < one.bottom


def contains(outer: Rect, inner: Rect) -> bool:
    across = outer.x <= inner.x and inner.right <= outer.right
    return across and outer.y <= inner.y and inner.bottom <= outer.bottom


def strip(start: Point, end: Point) -> Rect:
    """A segment as a rectangle two pixels wide, without its ends on borders."""
    (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    if left == right:
        return Rect(left - 1, top + 0.1, 2, bottom - top - 0.2)
    return Rect(left + 0.1, top - 1, right - left - 0.2, 2)


@dataclass
class Picture:
    """What is seen in an SVG, and where."""

    root: ET.Element

    @cached_property
    def rects(self) -> list[Rect]:
        names = ("x", "y", "width", "height")
        found = self.root.findall(f"{SPACE}rect")
        return [Rect(*(float(rect.attrib[name]) for name in names)) for rect in found]

    @cached_property
    def icons(self) -> list[Rect]:
        return [rect for rect in self.rects if (rect.width, rect.height) == (48, 48)]

    @cached_property
    def frames(self) -> list[Rect]:
        return [rect for rect in self.rects if rect not in self.icons]

    @cached_property
    def discs(self) -> list[Rect]:
        found = (
            [float(disc.attrib[name]) for name in ("cx", "cy", "r")]
            for disc in self.root.findall(f"{SPACE}circle")
        )
        return [Rect(x - r, y - r, 2 * r, 2 * r) for x, y, r in found]

    @cached_property
    def texts(self) -> dict[str, Rect]:
        """Each text's place by its words and where they begin, without the discs' numbers."""
        found = {}
        for text in self.root.findall(f"{SPACE}text"):
            size, words = float(text.attrib["font-size"]), text.text or ""
            x, y, width = float(text.attrib["x"]), float(text.attrib["y"]), text_width(words, size)
            left = {"start": x, "middle": x - width / 2, "end": x - width}
            place = Rect(
                left[text.attrib["text-anchor"]],
                y - size * 0.36 - LINE_HEIGHT / 2,
                width,
                LINE_HEIGHT,
            )
            if not any(overlap(disc, place) for disc in self.discs if words.isdecimal()):
                found[f"{words} at {x:g},{y:g}"] = place
        return found

    @cached_property
    def lines(self) -> list[tuple[str, list[Point]]]:
        """Each line's color, ends and bends."""
        return [
            (line.attrib["stroke"], [_point(point) for point in line.attrib["points"].split()])
            for line in self.root.findall(f"{SPACE}polyline")
        ]


def _point(text: str) -> Point:
    x, y = text.split(",")
    return float(x), float(y)


@pytest.fixture
def picture(drawn: dict[str, bytes]) -> Picture:
    return Picture(ET.fromstring(drawn[".svg"]))


def test_nothing_overlaps_and_nothing_crosses_a_frame(picture: Picture) -> None:
    ink = [
        *picture.texts.items(),
        *(("icon", icon) for icon in picture.icons),
        *(("disc", disc) for disc in picture.discs),
    ]
    for (one, here), (other, there) in combinations(ink, 2):
        assert not overlap(here, there), f"{one} on {other}"
    for frame in picture.frames:
        for name, place in ink:
            assert contains(frame, place) or not overlap(frame, place), f"{name} across {frame}"
    for outer, inner in combinations(picture.frames, 2):  # the outer one is drawn first
        assert contains(outer, inner) or not overlap(outer, inner), f"{inner} across {outer}"


def test_lines_are_orthogonal_and_cross_no_icon_and_no_text(picture: Picture) -> None:
    for color, points in picture.lines:
        for start, end in pairwise(points):
            assert start[0] == end[0] or start[1] == end[1]
            segment = strip(start, end)
            for icon in picture.icons:
                assert not overlap(icon, segment), f"{color} line over an icon at {icon}"
            for name, place in picture.texts.items():
                assert not overlap(place, segment), f"{color} line over {name}"
            for disc in picture.discs:  # a disc on a line has it as its middle
                assert not overlap(disc, segment) or contains(segment, Rect(*disc.center, 0, 0))


def test_the_lines_of_the_flows_may_cross_but_never_overlap(picture: Picture) -> None:
    strips = [
        (index, strip(*ends))
        for index, (color, points) in enumerate(picture.lines)
        if color in (PAGES, DATA)
        for ends in pairwise(points)
    ]
    for (one, here), (other, there) in combinations(strips, 2):
        across = min(here.right, there.right) - max(here.x, there.x)
        down = min(here.bottom, there.bottom) - max(here.y, there.y)
        assert one == other or min(across, down) <= 0 or max(across, down) <= 2, (here, there)


def test_the_svg_is_described_and_fetches_nothing(drawn: dict[str, bytes]) -> None:
    root = ET.fromstring(drawn[".svg"])
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert all(named[name] for name in root.attrib["aria-labelledby"].split())
    assert re.findall(rb"https?://[^\"]+", drawn[".svg"]) == [b"http://www.w3.org/2000/svg"]
