"""Compare the design with what is deployed: one row a line, and a table of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from botocore.exceptions import ClientError

from infra.emulator import words
from infra.emulator.account import Account
from infra.emulator.expected import Line


@dataclass(frozen=True)
class Row:
    """A line, what was found, and whether it holds."""

    line: Line
    deployed: str
    ok: bool


def compare(lines: Iterable[Line], account: Account) -> list[Row]:
    """Read each line back. A line that cannot be read fails, with the reason."""
    return [_row(line, account) for line in lines]


def _row(line: Line, account: Account) -> Row:
    try:
        found = getattr(account, line.read)
        found = found[line.key] if line.key else found
    except (LookupError, ValueError, TypeError, ClientError) as error:
        return Row(line, f"{type(error).__name__}: {error}", False)
    return Row(line, text(found), found == line.expected)


def failures(rows: Iterable[Row]) -> list[Row]:
    """The rows that do not hold."""
    return [row for row in rows if not row.ok]


def summary(rows: Sequence[Row]) -> str:
    """How many rows hold."""
    failed = len(failures(rows))
    return f"{len(rows) - failed} lines hold, {failed} failed"


def table(rows: Sequence[Row]) -> str:
    """The rows as an aligned Markdown table."""
    cells = [(words.COLUMN, "read back", "expected", "deployed", "ok")]
    for row in rows:
        line = row.line
        what = f"{line.read} {line.key}".replace("_", " ").rstrip()
        ok = "yes" if row.ok else "NO"
        cells.append((line.text, what, text(line.expected), row.deployed, ok))
    widths = [max(_width(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = [
        "| "
        + " | ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        + " |"
        for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _width(cell: str) -> int:
    """Columns on a terminal, where Japanese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in cell)


def text(value: object) -> str:
    """A value in words, with sets sorted."""
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
