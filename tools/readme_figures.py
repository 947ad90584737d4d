"""Writes the figures of both READMEs, from docs/cost.md: `python -m tools.readme_figures`.

The figures stand after "about" or 約, in this order: a month with RDS and without a database, both
to the next ten, then the same two with SIZE=hobby.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
READMES = (ROOT / "README.md", ROOT / "README.ja.md")


def figures() -> list[str]:
    """Return the figures, US dollars a month."""
    estimate = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
    monthly = [
        float(re.findall(rf"^\| {row}, 2 tasks \| ([\d.]+) \|", estimate, re.MULTILINE)[0])
        for row in ("RDS", "no database")
    ]
    steps = re.findall(r"^\| `[A-Z].*` \| ([\d.]+) \| [\d.]+ \| ", estimate, re.MULTILINE)
    hobby = [float(total) for total in steps[-2:]]  # with RDS, and without a database
    return [*(f"{round(total, -1):.0f}" for total in monthly), *(f"{cost:.0f}" for cost in hobby)]


def refreshed(readme: Path) -> str:
    """The README's text with today's figures."""
    parts = re.split(r"(?<=about )\d+|(?<=約 )\d+", readme.read_text(encoding="utf-8"))
    today = figures()
    assert len(parts) == len(today) + 1, readme
    return "".join(part + figure for part, figure in zip(parts, [*today, ""], strict=True))


if __name__ == "__main__":
    for readme in READMES:
        readme.write_text(refreshed(readme), encoding="utf-8")
