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
    rows = ("**sum**", "`DATABASE=none`", "`SIZE=hobby`", "`SIZE=hobby DATABASE=none`")
    found = [
        re.findall(rf"^\| {re.escape(row)} \|.*?\| \**([\d.]+)\** \|$", estimate, re.M)[0]
        for row in rows
    ]
    rds, none, *hobby = map(float, found)
    return [f"{round(rds, -1):.0f}", f"{round(none, -1):.0f}", *(f"{usd:.0f}" for usd in hobby)]


def refreshed(readme: Path) -> str:
    """The README's text with today's figures."""
    parts = re.split(r"(?<=about )\d+|(?<=約 )\d+", readme.read_text(encoding="utf-8"))
    today = figures()
    assert len(parts) == len(today) + 1, readme
    return "".join(part + figure for part, figure in zip(parts, [*today, ""], strict=True))


if __name__ == "__main__":
    for readme in READMES:
        readme.write_text(refreshed(readme), encoding="utf-8")
