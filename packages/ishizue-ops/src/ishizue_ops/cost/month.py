"""A month of a design, and the usage that no template states: `usage.toml` has what is assumed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path

from ishizue_ops.template import Design, Resource

HOURS = 730
"""Hours in a month, as in AWS's calculator."""


@dataclass(frozen=True)
class Amount:
    """The amount a month for the whole design, and what it is in both languages."""

    value: Decimal
    en: str
    ja: str
    unit: str = ""
    by_requests: bool = False
    """Whether twice the requests are twice the amount."""


USAGE: Mapping[str, Amount] = {
    name: Amount(**{**table, "value": Decimal(table["value"])})
    for name, table in tomllib.loads(
        Path(__file__).with_name("usage.toml").read_text(encoding="utf-8"), parse_float=Decimal
    ).items()
}
"""The amounts by their names, in the order of the page."""


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
