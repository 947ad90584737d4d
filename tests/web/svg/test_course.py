"""The line through a sign's ranks."""

from xml.etree import ElementTree

from kirosample.web.svg.course import course

RANKS = (3, 12, 1, 7, 7, 2, 9, 4, 11, 5, 6, 8, 10, 3, 1)


def dots(ranks: tuple[int, ...], at: int) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(course(ranks, at, "a line")).iter("circle"))


def test_a_better_rank_is_higher_and_days_go_to_the_right() -> None:
    places = [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in dots(RANKS, 7)]
    assert [x for x, _ in places] == sorted({x for x, _ in places})
    by_height = sorted(range(len(RANKS)), key=lambda n: places[n][1])
    assert [RANKS[n] for n in by_height] == sorted(RANKS)


def test_what_is_ahead_begins_at_the_day_itself() -> None:
    kinds = [dot.get("class", "").rpartition("-")[2] for dot in dots(RANKS, 7)]
    assert kinds == [*["past"] * 7, "here", *["ahead"] * 7]
    assert len(dots(RANKS[:1], 0)) == 1
