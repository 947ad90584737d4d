"""What a drill found, the runner of drills by number, and their part of docs/reliability.md."""

import asyncio
import os
import platform
import sys
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.loadtest.ledger import Audit
from tools.loadtest.load import Load, Sample, show, statuses
from tools.loadtest.sandbox import ServerProcess, sandbox
from tools.postgres import fetch

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"

_HEADINGS = ("\n## A fleet behind a load balancer\n", "\n## What was attacked\n")
"""They begin the page's second part, the fleet's, and its third, which people write."""


@dataclass(slots=True)
class Outcome:
    """The audit of a drill, its counts for the table, notes, and what failed."""

    title: str
    audit: Audit
    counts: dict[str, int]
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        return "fails" if self.failures else "holds"

    def note(self, text: str) -> None:
        self.notes.append(text)

    def require(self, holds: bool, failure: str) -> None:
        if not holds:
            self.failures.append(failure)

    def within(self, what: str, seconds: float, most: float) -> None:
        """Note a time and require that it is at most so long."""
        self.note(f"{what}: {seconds * 1000:,.0f} ms (at most {most * 1000:,.0f})")
        self.require(seconds <= most, f"{what}: {seconds:.3f} s, more than {most:g}")

    def recovered(self, what: str, writes: Sequence[Sample], since: float, most: float) -> None:
        """Note when the first write after this moment succeeded."""
        ended = [s.ended for s in writes if s.began > since and s.status in (200, 201)]
        self.within(what, min(ended, default=float("inf")) - since, most)

    def below(self, what: str, megabytes: float, most: float) -> None:
        self.note(f"{what}: {megabytes:.1f} MB (at most {most:g})")
        self.require(megabytes < most, f"{what}: {megabytes:.1f} MB")

    def only(self, what: str, samples: Sequence[Sample], allowed: set[int]) -> None:
        """Note the statuses, and require samples with these statuses and no others."""
        self.note(f"{what}: {show(samples)}")
        found = set(statuses(samples))
        self.require(bool(found) and found <= allowed, f"{what}: {show(samples)}")


def unavailable(sample: Sample) -> bool:
    """A 503 with `Retry-After`."""
    return sample.status == 503 and sample.retry_after


def _no_server_error(sample: Sample) -> bool:
    return sample.status == 0 or unavailable(sample)


def outcome(
    title: str,
    load: Load,
    dsn: str,
    servers: Iterable[ServerProcess],
    may_fail: Callable[[Sample], bool] = _no_server_error,
) -> Outcome:
    """The audit of a drill and the failures that every drill looks for."""
    audit = load.ledger.audit(dsn)
    failed = [sample for sample in load.samples if sample.failed]
    counts = {
        "requests": len(load.samples) + load.refused,
        "failing": len(failed) + load.refused,
        "seconds": len({int(sample.began) for sample in failed}),
        "writes": audit.sent,
        "acknowledged": audit.acknowledged,
        "expected": audit.expected,
        "found": audit.found,
        "lost": audit.lost,
        "twice": audit.duplicated,
        "wrong": audit.unexpected + audit.refused + audit.contradictions + audit.inconsistent,
    }
    result = Outcome(title, audit, counts, failures=audit.failures())
    result.require(audit.acknowledged > 0, "no write was acknowledged: this shows nothing")
    for server in servers:
        errors = server.logged_errors()
        result.require(not errors, f"a server's log has {errors}")
    wrong = [sample for sample in failed if not may_fail(sample)]
    kinds = sorted({(sample.kind, sample.status) for sample in wrong})
    result.require(not wrong, f"{len(wrong)} requests failed that must not: {kinds}")
    return result


Started = Coroutine[Any, Any, Outcome]
Outcomes = Sequence[tuple[int, Outcome]]


def chosen(drills: Iterable[int], words: Sequence[str]) -> list[int]:
    """The numbers that a command line names, or all. Exits with 2 for another word."""
    known = {str(number): number for number in drills}
    if unknown := [word for word in words if word not in known]:
        print(f"there is no {unknown[0]}, only {', '.join(known)}", file=sys.stderr)
        sys.exit(2)
    return [known[word] for word in words or known]


async def run(start: Callable[[int], Started], numbers: Sequence[int]) -> Outcomes:
    """Run drills one after the other, and print each result."""
    outcomes = []
    for number in numbers:
        print(f"{number}…", flush=True)
        outcomes.append((number, await start(number)))
        print(text(*outcomes[-1]), flush=True)
    return outcomes


def end(outcomes: Outcomes, failing: Sequence[str] = ()) -> int:
    """Say what fails, and return the exit code of the command."""
    failing = [*failing, *(str(number) for number, result in outcomes if result.failures)]
    print(f"what fails: {', '.join(failing)}" if failing else "all of it holds")
    return 1 if failing else 0


def text(number: int, result: Outcome) -> str:
    lines = [
        f"{number}. {result.title}: {result.verdict.upper()}",
        "  " + ", ".join(f"{name} {count:,}" for name, count in result.counts.items()),
        *(f"  {note}" for note in result.notes),
        *(f"  FAILS: {failure}" for failure in result.failures),
    ]
    return "\n".join(lines)


def write(part: int, head: str, outcomes: Outcomes, page: Path = PAGE) -> None:
    """Write a part of the page, 0 for processes or 1 for the fleet, and keep the others."""
    names = list(outcomes[0][1].counts)
    lines = [f"| drill | {' | '.join(names)} |  |", "|---|" + "---:|" * len(names) + "---|"]
    details = []
    for number, result in outcomes:
        counts = " | ".join(f"{count:,}" for count in result.counts.values())
        lines.append(f"| {number}. {result.title} | {counts} | {result.verdict} |")
        details += ["", f"**{number}. {result.title}**", ""]
        details += [f"- {note}" for note in result.notes]
        details += [f"- **fails**: {failure}" for failure in result.failures]
    written = "\n".join((head, *lines, "", asyncio.run(_environment()), *details, ""))
    parts = [page.read_text(encoding="utf-8") if page.exists() else ""]
    for heading in _HEADINGS:
        before, _, after = parts.pop().partition(heading)
        parts += [before, after]
    parts[part] = written
    drills, fleet, attacked = parts
    page.write_text(drills + _HEADINGS[0] + fleet + _HEADINGS[1] + attacked, encoding="utf-8")


async def _environment() -> str:
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
