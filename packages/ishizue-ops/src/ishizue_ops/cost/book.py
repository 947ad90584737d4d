"""The price book: AWS's price for a unit of each thing, and when it was seen in AWS's list.

People write it, for one region; `make prices` prints the entries that differ from AWS's list.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from ishizue_ops.config import DEFAULT_REGION, ConfigError
from ishizue_ops.resource_types import Unknown
from ishizue_ops.words import Text


@dataclass(frozen=True)
class Price:
    """`usd` US dollars for one `unit`, on demand, before tax and without any free tier."""

    key: str
    unit: str
    usd: Decimal
    service: str = ""
    """The list's code of the service; empty for a price that the book does not have."""
    match: Mapping[str, str] = field(default_factory=dict)
    """The attributes that find the one product; a usage type alone is not unique."""
    aws_units: int = 1
    """How many of the list's units one `unit` is."""
    free: int = 0
    """What AWS gives every account each month, in `unit`; never deducted from a price."""
    tiers: Mapping[str, Decimal] = field(default_factory=dict)
    """The price of each unit beyond so many a month, if a month here may reach them."""
    mark: str = ""
    """`*` if its usage type was inferred from similar ones, `?` if it was read in something older
    or less direct than the list."""

    def cost(self, units: Decimal) -> Decimal:
        """US dollars for so many units a month, each at its tier's price."""
        cost = units * self.usd
        usd = self.usd
        for begin, next_usd in self.tiers.items():
            cost += max(units - Decimal(begin), Decimal(0)) * (next_usd - usd)
            usd = next_usd
        return cost


@dataclass(frozen=True)
class Book:
    """The prices of the region by key, and the day when they were last compared."""

    date: date
    region: str
    prices: Mapping[str, Price]

    def __getitem__(self, key: str) -> Price:
        """The price of a key. Raises Unknown for an unknown key."""
        if key not in self.prices:
            raise Unknown(Text("no-price", key=key))
        return self.prices[key]


def load(region: str = DEFAULT_REGION) -> Book:
    """The book of a region. Raises ConfigError for all but one."""
    if region != DEFAULT_REGION:
        raise ConfigError(Text("no-prices", region=region, known=DEFAULT_REGION))
    file = Path(__file__).with_name("price_book.toml")
    tables = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    day = tables.pop("date")
    return Book(day, region, {key: Price(key, **table) for key, table in tables.items()})
