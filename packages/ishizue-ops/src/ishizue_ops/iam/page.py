"""The tables of docs/permissions.md that a rehearsal writes: what is called, and by whom."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from ishizue_ops.iam import needs
from ishizue_ops.iam.check import Result
from ishizue_ops.iam.record import Record

PAGE = Path("docs/permissions.md")

_DEPLOY, _ROLES = "| make deploy | actions |", "| who | does | source |"
"""The heads of both tables."""


def write(result: Result, record: Record) -> None:
    """Write the tables into the page."""
    PAGE.write_text(text(result, record), encoding="utf-8")


def text(result: Result, record: Record) -> str:
    """The page with the tables of this record. Raises LookupError if it has not both."""
    page = PAGE.read_text(encoding="utf-8")
    tables = {_DEPLOY: _by_service(needs.make_deploy(record)), _ROLES: _roles(result)}
    for head, rows in tables.items():
        table = re.compile(rf"^({re.escape(head)}\n\|[ |-]+\n)(?:\|.*\n)*", re.M)
        lines = "".join(f"| {' | '.join(row)} |\n" for row in rows)
        found = [*table.finditer(page)]
        if len(found) != 1:
            raise LookupError(f"{PAGE.name} has {len(found)} tables with the head {head}")
        page = page[: found[0].end(1)] + lines + page[found[0].end() :]
    return page


def _by_service(actions: Iterable[str]) -> Iterator[tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for action in sorted(actions):
        service, _, name = action.partition(":")
        found[service].append(name)
    for service, names in found.items():
        yield service, ", ".join(names)


def _roles(result: Result) -> Iterator[tuple[str, ...]]:
    does: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case in result.cases:
        if case.allowed and not case.request.action.endswith("WithWebIdentity"):
            source = re.sub(r"(https://.+/)(.+)\.html", r"[\2](\1\2.html)", case.source)
            does[case.who, source].add(case.request.action)
    for (who, source), names in sorted(does.items()):
        yield who, ", ".join(sorted(names)), source
