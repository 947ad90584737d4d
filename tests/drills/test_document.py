"""The drills and the fleet share a page, and neither overwrites the other's part."""

from pathlib import Path

from tests.drills.document import write_drills, write_fleet


def test_each_part_is_written_again_and_the_other_is_left_as_it_is(tmp_path: Path) -> None:
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
