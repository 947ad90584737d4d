"""The page: it adds up, compares with the overview, and docs/cost.md is up to date."""

from decimal import Decimal
from pathlib import Path

import pytest

from infra import config, synth
from infra.cost import __main__ as command
from infra.cost.__main__ import DOCUMENTED, PAGE, main
from infra.product import DATABASE
from tests.infra.conftest import Assembly

DOMAIN = "example.com"


@pytest.fixture
def written(assembly: Assembly, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the command writes; synthesis is cached."""

    def synthesize(settings: config.Config, _: Path) -> Path:
        cdn = {"CDN": "on"} if settings.cdn else {}
        return assembly(settings.database, settings.domain or "", **cdn)

    monkeypatch.setattr(synth, "synthesize", synthesize)
    monkeypatch.setattr(command, "PAGE", tmp_path / "cost.md")
    return tmp_path / "cost.md"


def test_docs_cost_md_is_up_to_date_whatever_the_settings(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE", "none")
    assert main(["--write"]) == 0
    assert PAGE.read_text("utf-8") == written.read_text("utf-8"), "make cost COST=--write"


def test_the_command_prints_the_configured_design_and_writes_nothing(
    written: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE", DATABASE)
    monkeypatch.setenv("DOMAIN", DOMAIN)
    assert main([]) == 0
    assert "| **sum** |" in capsys.readouterr().out
    assert not written.exists()


@pytest.mark.usefixtures("written")
def test_failures_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE", "oracle")
    assert main([]) == 2
    monkeypatch.setenv("DATABASE", "none")
    monkeypatch.setattr(config, "REGION", "eu-west-1")
    assert main([]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.partition(":")[0] for line in said.err.splitlines()] == ["infra", "cost"]
    assert "eu-west-1; the price book is for ap-northeast-1" in said.err


def tables(section: str) -> list[list[str]]:
    text = PAGE.read_text("utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip(" *") for cell in row] for row in rows]


def amount(cell: str) -> Decimal:
    return Decimal(cell.replace(",", "") or 0)


def test_the_columns_add_up_to_the_totals() -> None:
    head, _, *rows = tables("Line by line")
    totals = {row[0]: amount(row[1]) for row in tables("Totals")[2:]}
    assert len(head) == 2 + len(DOCUMENTED) - 1
    for column, name in enumerate(head[2:], start=2):
        *costs, total = [amount(row[column]) for row in rows]
        smallest = next(cost for size, cost in totals.items() if size.startswith(f"{name}, "))
        assert sum(costs) == total == smallest
