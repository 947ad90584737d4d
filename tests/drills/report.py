"""The drills' table, for the terminal and for docs/reliability.md."""

import os
import platform
from collections.abc import Sequence

import asyncpg
from tests.drills.outcome import Outcome

_HEAD = """# Reliability

What is acknowledged is there, and one person counts once, whatever fails. `make drill` writes this
page: it breaks real `kirosample serve` processes and a real PostgreSQL while clients like,
withdraw and read, and holds every single answer against what the database has afterwards.

- **sent**: likes and withdrawals sent; **acknowledged**: those answered (a 503 is none).
- **owed**: likes that must be there by the acknowledgements; **found**: likes in the database, with
  those **unanswered** among them, which were sent and may or may not be there.
- **lost**: owed and not found. **twice**: found more than once. **untrue**: found though never sent
  or taken back, answers that no order of the writes explains, and favorites whose count is not the
  number of their likes.
"""

_COLUMNS = (
    "drill",
    "sent",
    "acknowledged",
    "owed",
    "found",
    "unanswered",
    "lost",
    "twice",
    "untrue",
)


def row(number: int, outcome: Outcome) -> tuple[str, ...]:
    found = outcome.reckoning
    numbers = (
        found.sent,
        found.acknowledged,
        found.owed,
        found.found,
        found.unanswered,
        found.lost,
        found.twice,
        found.unasked + found.contradictions + found.untrue_counts,
    )
    return (f"{number}. {outcome.title}", *(f"{value:,}" for value in numbers), verdict(outcome))


def verdict(outcome: Outcome) -> str:
    return "fails" if outcome.failures else "holds"


def text(number: int, outcome: Outcome) -> str:
    """One drill, for the terminal."""
    return spoken(_COLUMNS, row(number, outcome), outcome)


def page(outcomes: Sequence[tuple[int, Outcome]], surroundings: str) -> str:
    """The drills' part of docs/reliability.md."""
    rows = [row(number, outcome) for number, outcome in outcomes]
    lines = [_HEAD, *table(_COLUMNS, rows), "", surroundings, "", "## What else was seen"]
    return "\n".join([*lines, *details(outcomes)]) + "\n"


def spoken(columns: Sequence[str], cells: Sequence[str], outcome: Outcome) -> str:
    """One row and what else was seen, in words."""
    counted = ", ".join(
        f"{name} {cell}" for name, cell in zip(columns[1:], cells[1:], strict=False)
    )
    lines = [f"{cells[0]}: {cells[-1].upper()}", f"  {counted}"]
    lines += [f"  {seen}" for seen in outcome.seen]
    lines += [f"  FAILS: {failure}" for failure in outcome.failures]
    return "\n".join(lines)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """In Markdown; each row ends with its verdict."""
    lines = [
        "| " + " | ".join((*columns, "")) + " |",
        "|---|" + "---:|" * (len(columns) - 1) + "---|",
    ]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def details(outcomes: Sequence[tuple[int, Outcome]]) -> list[str]:
    """What else was seen, in Markdown."""
    lines = []
    for number, outcome in outcomes:
        lines += ["", f"**{number}. {outcome.title}**", ""]
        lines += [f"- {seen}" for seen in outcome.seen]
        lines += [f"- **fails**: {failure}" for failure in outcome.failures]
    return lines


async def surroundings(dsn: str) -> str:
    """On what this was measured, the database's own words included."""
    connection = await asyncpg.connect(dsn)
    try:
        said = {
            name: await connection.fetchval(f"SHOW {name}")
            for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes")
        }
    finally:
        await connection.close()
    settings = ", ".join(f"`{name}` {value}" for name, value in list(said.items())[1:])
    return (
        f"PostgreSQL {said['server_version']} ({settings}), Python {platform.python_version()}, "
        f"{platform.system()} with {os.cpu_count()} cores, shared by servers, database and clients."
    )
