"""The drills, the fleet and people each have a part of docs/reliability.md."""

from pathlib import Path

from tools.loadtest.report import write_drills, write_fleet


def test_writing_one_part_keeps_the_others(tmp_path: Path) -> None:
    page = tmp_path / "reliability.md"
    write_drills("# Reliability\n\nold\n", page)
    write_fleet("\nold fleet\n", page)
    write_drills("# Reliability\n\nnew\n", page)
    page.write_text(page.read_text() + "\n## What was attacked\n\nby hand\n")
    write_fleet("\nnew fleet\n", page)
    write_drills("# Reliability\n\nnewest\n", page)
    assert page.read_text() == (
        "# Reliability\n\nnewest\n\n## A fleet behind a load balancer\n\nnew fleet\n"
        "\n## What was attacked\n\nby hand\n"
    )
