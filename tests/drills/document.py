"""docs/reliability.md: the drills write its first part, the fleet its last; neither the other's."""

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"

_FLEET = "\n## A fleet behind a load balancer\n"


def write_drills(text: str, page: Path = PAGE) -> None:
    """Write the title and the drills' table."""
    _, heading, fleet = _read(page)
    page.write_text(text + heading + fleet, encoding="utf-8")


def write_fleet(text: str, page: Path = PAGE) -> None:
    """Write what stands below the fleet's heading."""
    drills, _, _ = _read(page)
    page.write_text(drills + _FLEET + text, encoding="utf-8")


def _read(page: Path) -> tuple[str, str, str]:
    """The drills' part, the heading and the fleet's part; the last two empty where not written."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    return text.partition(_FLEET)
