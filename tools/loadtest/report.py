"""Runs drills by number; reports them on the terminal and in docs/reliability.md.

The drills write the page's first part, the fleet its second, people the third.
"""

import asyncio
import os
import platform
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.loadtest.outcome import Outcome
from tools.loadtest.sandbox import sandbox
from tools.postgres import fetch

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"

_FLEET = "\n## A fleet behind a load balancer\n"
_ATTACKED = "\n## What was attacked\n"

Drill = Callable[[], Coroutine[Any, Any, Outcome]]
Outcomes = Sequence[tuple[int, Outcome]]


def run(
    drills: Mapping[int, Drill], columns: Sequence[str], write: Callable[[Outcomes, str], None]
) -> int:
    """Run the drills that the command line names, or all of them and `write` the page."""
    named = sys.argv[1:] or [str(number) for number in drills]
    unknown = [name for name in named if name not in map(str, drills)]
    if unknown:
        print(f"there is no {unknown[0]}, only 1 to {len(drills)}", file=sys.stderr)
        return 2
    outcomes = []
    for number in map(int, named):
        print(f"{number}…", flush=True)
        outcomes.append((number, asyncio.run(drills[number]())))
        print(text(*outcomes[-1], columns), flush=True)
    if len(sys.argv) == 1:
        write(outcomes, asyncio.run(environment()))
    failed = [str(number) for number, outcome in outcomes if outcome.failures]
    print(f"what fails: {', '.join(failed)}" if failed else "all of it holds")
    return 1 if failed else 0


def text(number: int, outcome: Outcome, columns: Sequence[str]) -> str:
    counts = zip(columns, outcome.counts(), strict=True)
    lines = [
        f"{number}. {outcome.title}: {_verdict(outcome).upper()}",
        "  " + ", ".join(f"{name} {count:,}" for name, count in counts),
        *(f"  {note}" for note in outcome.notes),
        *(f"  FAILS: {failure}" for failure in outcome.failures),
    ]
    return "\n".join(lines)


def table(first: str, columns: Sequence[str], outcomes: Outcomes) -> str:
    lines = [
        f"| {' | '.join((first, *columns))} |  |",
        "|---|" + "---:|" * len(columns) + "---|",
    ]
    for number, outcome in outcomes:
        cells = (f"{number}. {outcome.title}", *(f"{count:,}" for count in outcome.counts()))
        lines.append(f"| {' | '.join(cells)} | {_verdict(outcome)} |")
    return "\n".join(lines)


def details(outcomes: Outcomes) -> str:
    """The notes and failures of all drills in Markdown."""
    lines = []
    for number, outcome in outcomes:
        lines += ["", f"**{number}. {outcome.title}**", ""]
        lines += [f"- {note}" for note in outcome.notes]
        lines += [f"- **fails**: {failure}" for failure in outcome.failures]
    return "\n".join(lines)


def _verdict(outcome: Outcome) -> str:
    return "fails" if outcome.failures else "holds"


async def environment() -> str:
    """The versions and settings of what was measured."""
    async with sandbox(servers=0) as here:
        [(version,)] = fetch(here.postgres.dsn, "SHOW server_version")
        settings = ", ".join(
            f"`{name}` {fetch(here.postgres.dsn, f'SHOW {name}')[0][0]}"
            for name in ("fsync", "synchronous_commit", "full_page_writes")
        )
    return (
        f"PostgreSQL {version} ({settings}), Python {platform.python_version()}, "
        f"{platform.system()} with {os.cpu_count()} cores, shared by servers, database and clients."
    )


def write_drills(text: str, page: Path = PAGE) -> None:
    """Write what comes before the fleet's heading."""
    _, heading, fleet = _read(page)
    page.write_text(text + heading + fleet, encoding="utf-8")


def write_fleet(text: str, page: Path = PAGE) -> None:
    """Write what comes below the fleet's heading."""
    drills, _, rest = _read(page)
    _, heading, attacked = rest.partition(_ATTACKED)
    page.write_text(drills + _FLEET + text + heading + attacked, encoding="utf-8")


def _read(page: Path) -> tuple[str, str, str]:
    """The drills' part, the fleet's heading and the rest; empty what is not yet written."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    return text.partition(_FLEET)
