"""The tables of docs/permissions.md that a rehearsal writes: what is called, and by whom."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ishizue_ops.iam.check import Result
from ishizue_ops.iam.needs import MAKE_DEPLOY

PAGE = Path("docs/permissions.md")

_DEPLOY = "| make deploy | actions |"
_ROLES = "| who | does | source |"
"""The heads of both tables."""


def write(result: Result) -> None:
    """Write the tables into the page."""
    PAGE.write_text(text(result), encoding="utf-8")


def text(result: Result) -> str:
    """The page with the tables of this result. Raises LookupError if it has not both."""
    page = PAGE.read_text(encoding="utf-8")
    deploy = [(service, ", ".join(names)) for service, names in MAKE_DEPLOY.items()]
    tables = {_DEPLOY: deploy, _ROLES: _roles(result)}
    for head, rows in tables.items():
        table = re.compile(rf"^({re.escape(head)}\n\|[ |-]+\n)(?:\|.*\n)*", re.M)
        lines = "".join(f"| {' | '.join(row)} |\n" for row in rows)
        found = [*table.finditer(page)]
        if len(found) != 1:
            raise LookupError(f"{PAGE.name} has {len(found)} tables with the head {head}")
        page = page[: found[0].end(1)] + lines + page[found[0].end() :]
    return page


def _roles(result: Result) -> Iterator[tuple[str, ...]]:
    does: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case in result.cases:
        if case.allowed and not case.request.action.endswith("WithWebIdentity"):
            source = re.sub(r"(https://.+/)(.+)\.html", r"[\2](\1\2.html)", case.source)
            does[case.who, source].add(case.request.action)
    for (who, source), names in sorted(does.items()):
        yield who, ", ".join(sorted(names)), source
