"""The figures of docs/architecture-overview.ja.md, and why AWS's prices differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from infra.cost.charge import Line, plain


@dataclass(frozen=True)
class Figure:
    """US dollars a month, one figure or a range; `why` AWS's price differs from it."""

    low: Decimal
    high: Decimal
    why: str = ""

    def __add__(self, other: "Figure") -> "Figure":
        """The figure of both lines together."""
        return Figure(self.low + other.low, self.high + other.high)

    def __str__(self) -> str:
        """The figure as the overview writes it."""
        low, high = plain(self.low), plain(self.high)
        return low if low == high else f"{low} to {high}"

    def difference(self, low: Decimal, high: Decimal) -> str:
        """How much more it costs; for a range, at both ends."""
        first = _signed(low - self.low)
        return first if self.low == self.high else f"{first} to {_signed(high - self.high)}"


def _signed(difference: Decimal) -> str:
    return f"{difference:+,.2f}" if difference else "0.00"


def _figure(low: str, why: str, high: str | None = None) -> Figure:
    return Figure(Decimal(low), Decimal(high or low), why)


BASE: Mapping[Line, Figure] = {
    Line.ALB: _figure("16", "16 is the price in us-east-1"),
    Line.FARGATE: _figure(
        "30", "no price gives 30: two such tasks cost three times that on x86, 2.4 times on ARM"
    ),
    Line.NAT: _figure("32", "32 is the price of one in us-east-1"),
    Line.ECR: _figure("1", ""),
    Line.LOGS: _figure("2.5", "2.5 is the price in us-east-1"),
    Line.DNS: _figure("0.5", "without a domain there is no zone"),
}
"""Its table without a database; the sum is 82."""

DATABASE: Mapping[Line, Figure] = {
    Line.RDS: _figure("30", "30 is about the price in us-east-1"),
    Line.AURORA: _figure("30", "no known price gives 30 to 120, even for one instance", "120"),
}
"""Its second table; the sums with the first are 112, and 112 to 202."""

OVERVIEW: Mapping[Line, Figure] = {**BASE, **DATABASE}
