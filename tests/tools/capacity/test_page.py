"""Readers, costs, prices, and the command."""

from pathlib import Path

import pytest

from ishizue_ops.cost.charge import Line
from tests.infra.conftest import Designs
from tests.infra.conftest import assembly as assembly
from tests.infra.conftest import designs as designs
from tools.capacity import __main__ as command
from tools.capacity import page
from tools.capacity.design import COSTS, LIKE, CostsError, Deployment, kinds
from tools.capacity.outcomes import EVENING, outcome
from tools.capacity.readers import NEW, NEW_SHARE, RETURNING, by_minute, demand


@pytest.fixture(autouse=True)
def shared_templates(designs: Designs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of synthesizing each deployment here."""
    cdn = {False: {}, True: {"CDN": "on"}}
    found = property(lambda one: designs(one.database, "example.com", **cdn[one.cdn]))
    monkeypatch.setattr(Deployment, "template", found)


def test_every_reader_comes_once_and_most_at_seven() -> None:
    pages = demand(1000).sent[:, 0].sum()
    assert pages == pytest.approx(1000 * (NEW_SHARE * NEW[0] + (1 - NEW_SHARE) * RETURNING[0]))
    assert by_minute().argmax() == 7 * 60


def test_a_row_that_the_benchmarks_did_not_write_is_named(tmp_path: Path) -> None:
    path = tmp_path / "costs.json"
    path.write_text(COSTS.read_text(encoding="utf-8").replace(LIKE, "likes"), encoding="utf-8")
    with pytest.raises(CostsError, match=f"make bench: '{LIKE}'"):
        kinds(path)


def test_ten_million_readers_lose_a_link_and_keep_it_behind_cloudfront() -> None:
    plain, behind = (
        outcome(1e7, Deployment("rds", cdn), kinds(), EVENING) for cdn in (False, True)
    )
    assert (plain.lost > 0.5, behind.lost) == (True, 0)
    assert "tasks full" in plain.events()[1]


def test_tasks_cost_what_they_run_and_delivery_what_readers_request() -> None:
    one, ten, more = (
        outcome(readers, Deployment("rds"), kinds(), min_tasks=tasks).bill()
        for readers, tasks in ((1e6, 2), (1e6, 10), (2e6, 2))
    )
    assert ten[Line.FARGATE] == pytest.approx(5 * one[Line.FARGATE])
    assert more[Line.EGRESS] == pytest.approx(2 * one[Line.EGRESS])
    assert more["all else"] == one["all else"]


@pytest.mark.parametrize("fault", ["", "out of date", "not so: nothing is lost"])
def test_the_check_finds_a_stale_page_and_advice_that_does_not_hold(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scale.md"
    path.write_text("old" if fault == "out of date" else "new")
    monkeypatch.setattr(page, "run", lambda *_: None)
    monkeypatch.setattr(page, "files", lambda _: {path: "new"})
    monkeypatch.setattr(page, "claims", lambda _: [("nothing is lost", "not so" not in fault)])
    assert command.main(["--check"]) == bool(fault)
    assert fault in capsys.readouterr().err
