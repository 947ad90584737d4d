"""The terms of an estimate: a charge, its line, and the month it is for."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from ishizue_ops.cost.book import Price
from ishizue_ops.cost.usage import USAGE
from ishizue_ops.template import Design, Resource


class Size(Enum):
    """The end of its range at which whatever scales stays all month."""

    LEAST = "Min"
    MOST = "Max"


@dataclass(frozen=True)
class Month:
    """A design at a size. `traffic` is the share of the assumed requests that the month has."""

    design: Design
    tasks: Size = Size.LEAST
    database: Size = Size.LEAST
    traffic: Decimal = Decimal(1)

    def used(self, of: str) -> Decimal:
        """A usage of the whole design."""
        usage = USAGE[of]
        return usage.value * (self.traffic if usage.by_requests else 1)

    def share(self, of: str, resource: Resource) -> Decimal:
        """One resource's share of a usage; the design's resources of a type share equally."""
        return self.used(of) / sum(each.ours for each in self.design.of_type(resource.type))


@dataclass(frozen=True)
class Charge:
    """`quantity` units a month at a price."""

    line: str
    price: Price
    quantity: Decimal
