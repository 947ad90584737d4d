"""What the model reads: the benchmarks' figures, the readers of a day, and the template."""

from pathlib import Path

import pytest

from tools.capacity import measured
from tools.capacity.readers import (
    LIKE,
    MINUTES,
    NEW,
    NEW_SHARE,
    PAGE,
    RETURNING,
    TELEVISION,
    TELEVISION_FACTOR,
    Demand,
    by_minute,
)

DAY = 60 * MINUTES


def total(demand: Demand, kind: int) -> float:
    return sum(60 * demand.rates(60 * minute)[kind] for minute in range(MINUTES))


def test_the_costs_are_those_of_the_benchmarks_page() -> None:
    found = measured.load()
    assert found.page.fastest < found.page.median < found.page.slowest
    assert found.page.median < found.like.median < found.cold.median
    assert found.page_bytes > 1000


def test_a_page_without_a_figure_is_named(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(measured.PAGE.read_text().replace("likes over 200 favorites", "likes"))
    with pytest.raises(measured.MeasurementError, match=r"200.*make bench"):
        measured.load(page)


def test_every_reader_comes_once() -> None:
    assert sum(by_minute()) == pytest.approx(1)
    assert total(Demand(1000), PAGE) == pytest.approx(
        1000 * (NEW_SHARE * NEW.requests[PAGE] + (1 - NEW_SHARE) * RETURNING.requests[PAGE])
    )


def test_the_busiest_minute_is_the_one_after_seven() -> None:
    shares = by_minute()
    assert shares.index(max(shares)) == 7 * 60


def test_a_link_on_television_brings_a_hundredfold_in_a_minute() -> None:
    demand, at = Demand(10_000, television=True), 60 * TELEVISION
    ordinary, none = demand.visits(at)
    assert none == 0
    assert sum(demand.visits(at + 60)) == pytest.approx(TELEVISION_FACTOR * ordinary, rel=0.01)
    assert sum(demand.visits(at + 600)) < sum(demand.visits(at + 240)) / 2


def test_behind_cloudfront_pages_hardly_reach_the_tasks_but_every_like_does() -> None:
    plain, behind = Demand(1e7), Demand(1e7, cdn=True)
    assert total(behind, PAGE) < 0.01 * total(plain, PAGE)
    assert total(behind, LIKE) == pytest.approx(total(plain, LIKE))


def test_cloudfront_never_asks_more_than_its_readers() -> None:
    plain, behind = Demand(10), Demand(10, cdn=True)
    assert total(behind, PAGE) <= total(plain, PAGE)
