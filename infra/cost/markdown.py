"""Tables of amounts in Markdown."""

from collections.abc import Iterable, Sequence
from decimal import Decimal


def usd(amount: Decimal) -> str:
    """An amount in whole cents."""
    return f"{amount:,.2f}"


def bold(cell: str) -> str:
    """A cell in bold."""
    return f"**{cell}**"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with this head."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
