"""The drills, the fleet and people each have a part of docs/reliability.md."""

from collections import Counter
from pathlib import Path

from tools.loadtest import report
from tools.loadtest.ledger import Ledger
from tools.loadtest.report import Outcome


def test_writing_one_part_keeps_the_others(tmp_path: Path) -> None:
    page = tmp_path / "reliability.md"
    audit = Ledger().compare(Counter(), 0)
    drill = Outcome("a drill", audit, {"lost": 0}, ["a note"], ["a failure"])
    for part, head in ((0, "# Reliability\n"), (1, "\nold fleet\n")):
        report.write(part, head, [(1, drill)], page)
    page.write_text(page.read_text() + "\nby hand\n")
    before = page.read_text()
    report.write(1, "\nnew fleet\n", [(1, drill)], page)
    assert page.read_text() == before.replace("old", "new")
    assert "| 1. a drill | 0 | fails |" in before
