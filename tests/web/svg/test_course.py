"""The line through a sign's ranks."""

from xml.etree import ElementTree

from kirosample.web.svg.course import course

RANKS = (3, 12, 1, 7, 7, 2, 9, 4, 11, 5, 6, 8, 10, 3, 1)


def drawn(ranks: tuple[int, ...], at: int) -> ElementTree.Element:
    dates, labels = ("first", "here", "last"), ("1st", f"{ranks[at]}th", "12th")
    return ElementTree.fromstring(course(ranks, at, dates, labels, "a line"))


def texts(ranks: tuple[int, ...], at: int) -> list[str | None]:
    return [text.text for text in drawn(ranks, at).iter("text")]


def test_a_better_rank_is_higher_and_days_go_to_the_right() -> None:
    dots = [
        (float(dot.get("cx", "")), float(dot.get("cy", "")))
        for dot in drawn(RANKS, 7).iter("circle")
    ]
    assert [x for x, _ in dots] == sorted({x for x, _ in dots})
    by_height = sorted(range(len(RANKS)), key=lambda n: dots[n][1])
    assert [RANKS[n] for n in by_height] == sorted(RANKS)


def test_what_is_ahead_begins_at_the_day_itself() -> None:
    kinds = [dot.get("class", "").rpartition("-")[2] for dot in drawn(RANKS, 7).iter("circle")]
    assert kinds == [*["past"] * 7, "here", *["ahead"] * 7]


def test_the_day_has_its_date_and_its_rank() -> None:
    assert texts(RANKS, 7) == ["1st", "12th", "4th", "first", "here", "last"]
    assert "4th" not in texts(RANKS, 2)[2:], "the first rank stands beside the line already"


def test_at_an_end_of_the_calendar_no_date_stands_on_another() -> None:
    assert "here" not in texts(RANKS[:8], 0)
    assert "here" not in texts(RANKS[:8], 7)
    assert texts(RANKS[:1], 0)[0] == "1st"
