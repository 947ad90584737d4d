"""The document beside what is deployed: one row a line, and the table that shows them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError

from infra.emulator.account import Account
from infra.emulator.document.line import Line, Proof


@dataclass(frozen=True)
class Row:
    """A line and what was found. `ok` is None where there is nothing to compare."""

    line: Line
    deployed: str
    ok: bool | None


def compare(lines: Iterable[Line], account: Account) -> list[Row]:
    """Read each line back. What cannot be read is a row that failed, and says why."""
    return [_row(line, account) for line in lines]


def _row(line: Line, account: Account) -> Row:
    if line.deployed is None:
        return Row(line, "not kept", None)
    try:
        found = line.deployed(account)
    except (LookupError, ValueError, TypeError, ClientError) as error:
        return Row(line, f"{type(error).__name__}: {error}", False)
    return Row(line, text(found), found == line.expected)


def failures(rows: Iterable[Row]) -> list[Row]:
    """The rows where the account is not what the document says."""
    return [row for row in rows if row.ok is False]


def summary(rows: Sequence[Row]) -> str:
    """How many hold, by what proves them."""
    held = [row for row in rows if row.ok]
    own = sum(row.line.proof is Proof.EMULATOR for row in held)
    left = sum(row.ok is None for row in rows)
    return (
        f"{len(held)} of {len(rows) - left} lines hold: {own} by the emulator itself, "
        f"{len(held) - own} by handlers of ours; {left} more it does not keep"
    )


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown, in columns of their own width."""
    head = ("", "line of the document", "expected", "deployed", "proven by", "ok")
    cells = [head]
    heading = ""
    for row in rows:
        line = row.line
        shown = line.heading if line.heading != heading else ""
        heading = line.heading
        ok = {True: "yes", False: "NO", None: "-"}[row.ok]
        cells.append((shown, line.says, text(line.expected), row.deployed, line.proof, ok))
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def text(value: object) -> str:
    """A value as a person writes it: no quotes, sets in order."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {text(held)}" for key, held in sorted(value.items()))
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Collection) and not isinstance(value, str):
        parts = [text(held) for held in value]
        return ", ".join(sorted(parts) if isinstance(value, set) else parts)
    return str(value)
