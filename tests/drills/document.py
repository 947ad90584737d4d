"""docs/reliability.md: the drills write its first part, the fleet its second, people the last."""

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"

_FLEET = "\n## A fleet behind a load balancer\n"
_ATTACKED = "\n## What was attacked\n"


def write_drills(text: str, page: Path = PAGE) -> None:
    """Write the title and the drills' table."""
    _, heading, fleet = _read(page)
    page.write_text(text + heading + fleet, encoding="utf-8")


def write_fleet(text: str, page: Path = PAGE) -> None:
    """Write what stands below the fleet's heading."""
    drills, _, rest = _read(page)
    _, heading, attacked = rest.partition(_ATTACKED)
    page.write_text(drills + _FLEET + text + heading + attacked, encoding="utf-8")


def _read(page: Path) -> tuple[str, str, str]:
    """The drills' part, the fleet's heading and the rest; the last two empty where not written."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    return text.partition(_FLEET)
