"""The price book: AWS's price for a unit of each thing, and when it was seen in AWS's list.

A TOML file, written by hand. `make prices` revises it line by line, so comments and order stay.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from ishizue_ops.config import DEFAULT_REGION

_PATH = Path(__file__).with_name("price_book.toml")

Confidence = Literal["seen", "inferred", "low"]

_MARKS: Mapping[str, str] = {"seen": "", "inferred": "*", "low": "?"}


class BookError(Exception):
    """The book is malformed or lacks a price; the message is one line."""


@dataclass(frozen=True)
class Price:
    """`usd` US dollars for one `unit`; the file explains the other fields."""

    key: str
    what: str
    unit: str
    usd: Decimal
    seen: str
    confidence: Confidence
    service: str
    match: Mapping[str, str]
    aws_unit: str
    aws_units: int = 1
    free: Decimal = Decimal(0)
    tiers: Mapping[Decimal, Decimal] = field(default_factory=dict)

    def cost(self, units: Decimal) -> Decimal:
        """US dollars for so many units a month, each at its tier's price."""
        cost, before, usd = Decimal(0), Decimal(0), self.usd
        for begin, next_usd in self.tiers.items():
            cost += (min(units, begin) - before) * usd
            if units <= begin:
                return cost
            before, usd = begin, next_usd
        return cost + (units - before) * usd

    @property
    def mark(self) -> str:
        """Nothing, `*` for an inferred usage type, `?` for low confidence."""
        return _MARKS[self.confidence]


@dataclass(frozen=True)
class Book:
    """The prices of one region by key, and the date of the book."""

    date: date
    region: str
    prices: Mapping[str, Price]

    def __getitem__(self, key: str) -> Price:
        """The price of a key. Raises BookError for an unknown key."""
        try:
            return self.prices[key]
        except KeyError:
            ask = f"run `make prices REGION={self.region}`"
            raise BookError(f"there is no price of {key} in {self.region}: {ask}") from None


def read(text: str) -> Book:
    """Parse a book. Raises BookError, naming the malformed entry."""
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
        date_, region = tables.pop("date"), tables.pop("region")
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise BookError(f"the price book is malformed: {error}") from None
    return Book(date_, region, {key: _price(key, table) for key, table in tables.items()})


def path(region: str) -> Path:
    """The file with a region's prices, which `make prices` makes for all but the default region."""
    return _PATH if region == DEFAULT_REGION else _PATH.with_name(f"price_book.{region}.toml")


def load(region: str = DEFAULT_REGION) -> Book:
    """Read a region's book. Raises BookError if there is none."""
    if not path(region).exists():
        raise BookError(f"there are no prices of {region}: run `make prices REGION={region}`")
    return read(path(region).read_text(encoding="utf-8"))


def _price(key: str, table: Mapping[str, Any]) -> Price:
    try:
        tiers = {Decimal(begin): usd for begin, usd in table.get("tiers", {}).items()}
        price = Price(key, **{**table, "free": Decimal(table.get("free", 0)), "tiers": tiers})
    except (TypeError, ArithmeticError) as error:
        raise BookError(f"the price book's {key} is malformed: {error}") from None
    if price.confidence not in get_args(Confidence):
        raise BookError(f"the price book's {key} has an unknown confidence: {price.confidence}")
    if not isinstance(price.usd, Decimal) or price.usd <= 0:
        raise BookError(f"the price book's {key} needs a price above 0, with a decimal point")
    return price


def revised(text: str, price: Price) -> str:
    """The book's text with what `make prices` learns of a price."""
    before, head, rest = re.split(rf"(^\[{re.escape(price.key)}\]\n)", text, maxsplit=1, flags=re.M)
    tiers = ", ".join(f"{begin:f} = {_decimal(usd)}" for begin, usd in price.tiers.items())
    # Every entry has these lines, so the first of each is this entry's.
    for name, value in {
        "usd": _decimal(price.usd),
        "seen": f'"{price.seen}"',
        "confidence": f'"{price.confidence}"',
        "aws_unit": json.dumps(price.aws_unit),
        **({"tiers": f"{{ {tiers} }}"} if tiers else {}),
    }.items():
        rest = _set(rest, name, value)
    return before + head + rest


def without(text: str, key: str) -> str:
    """The book's text without a price."""
    return re.sub(rf"^\[{re.escape(key)}\]\n(.+\n)*\n?", "", text, flags=re.M)


def dated(text: str, today: date) -> str:
    """The book's text with a new date."""
    return _set(text, "date", today.isoformat())


def _set(text: str, name: str, value: str) -> str:
    """Set the first `name = …`, keeping a trailing comment."""
    line = re.compile(rf'^({name} = )("[^"\n]*"|[^#\n]*?)(\s*#.*)?$', re.M)
    return line.sub(lambda found: f"{found[1]}{value}{found[3] or ''}", text, count=1)


def _decimal(usd: Decimal) -> str:
    """A number for TOML, which requires digits on both sides of the point."""
    text = f"{usd:f}"
    return text if "." in text else f"{text}.0"
