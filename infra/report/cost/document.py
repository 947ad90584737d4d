"""What the architecture document says that things cost, and in a word why it is off."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from infra.report.cost.charge import Line, plain


@dataclass(frozen=True)
class Figure:
    """US dollars a month, as the document has them: one figure, or a range."""

    low: Decimal
    high: Decimal
    why: str = ""
    """Why AWS's price list says something else; read only where it does."""

    @property
    def shown(self) -> str:
        """The figure as the document writes it."""
        low, high = plain(self.low), plain(self.high)
        return low if low == high else f"{low} to {high}"

    def difference(self, low: Decimal, high: Decimal) -> str:
        """How much dearer it is here; for a range, at both of its ends."""
        first = _signed(low - self.low)
        return first if self.low == self.high else f"{first} to {_signed(high - self.high)}"


def _signed(difference: Decimal) -> str:
    return f"{difference:+,.2f}" if difference else "0.00"


def _figure(low: str, why: str, high: str | None = None) -> Figure:
    return Figure(Decimal(low), Decimal(high or low), why)


BASE: Mapping[Line, Figure] = {
    Line.ALB: _figure("16", "16 is the rate of us-east-1"),
    Line.FARGATE: _figure(
        "30", "no rate gives 30: two such tasks are three times that on x86, 2.4 times on ARM"
    ),
    Line.NAT: _figure("32", "32 is the rate of us-east-1 for one"),
    Line.ECR: _figure("1", ""),
    Line.LOGS: _figure("2.5", "2.5 is the rate of us-east-1"),
    Line.DNS: _figure("0.5", "without a domain there is no zone"),
}
"""The document's table without a database, which it sums to 82."""

DATABASE: Mapping[Line, Figure] = {
    Line.RDS: _figure("30", "30 is about the rate of us-east-1"),
    Line.AURORA: _figure("30", "no known rate gives 30 to 120, not even for one instance", "120"),
}
"""Its second table, which it sums to 112, or 112 to 202, with the first."""


def of_document(line: Line) -> bool:
    """Whether the document has this line."""
    return line in BASE or line in DATABASE
