"""The price book: AWS's price for a unit of each thing, and when it was seen in AWS's list.

A TOML file for each region, which `make prices` writes whole. A new price is an entry more, written
by hand once; the next `make prices` puts it into the form of the others.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from ishizue_ops.config import DEFAULT_REGION

_PATH = Path(__file__).with_name("price_book.toml")
_HEAD = "# `make prices` writes this file. `cost/book.py` says what each field means.\n"

Confidence = Literal["seen", "inferred", "low"]
"""Price and usage type were read in the list; the price was read and its usage type inferred from
similar ones; or the price was read in something older or less direct than the list."""

_MARKS: Mapping[Confidence, str] = {"seen": "", "inferred": "*", "low": "?"}


class BookError(Exception):
    """The book is malformed or lacks a price; the message is one line."""


@dataclass(frozen=True)
class Price:
    """`usd` US dollars for one `unit`, on demand, before tax and without any free tier."""

    key: str
    what: str
    unit: str
    usd: Decimal
    seen: str
    """The month in which the price was in the list."""
    confidence: Confidence
    service: str
    """The list's code of the service."""
    match: Mapping[str, str]
    """The attributes that find the one product; a usage type alone is not unique."""
    aws_unit: str = ""
    """The list's name of its unit; empty until `make prices` has read it."""
    aws_units: int = 1
    """How many of the list's units one `unit` is."""
    free: Decimal = Decimal(0)
    """What AWS gives every account each month, in `unit`; never deducted from a price."""
    tiers: Mapping[Decimal, Decimal] = field(default_factory=dict)
    """The price of each unit beyond so many a month, if a month here may reach them."""
    note: str = ""
    """What else one has to know of the price, such as its source."""

    def cost(self, units: Decimal) -> Decimal:
        """US dollars for so many units a month, each at its tier's price."""
        cost = Decimal(0)
        before = Decimal(0)
        usd = self.usd
        for begin, next_usd in self.tiers.items():
            cost += (min(units, begin) - before) * usd
            if units <= begin:
                return cost
            before = begin
            usd = next_usd
        return cost + (units - before) * usd

    @property
    def mark(self) -> str:
        """Nothing, `*` for an inferred usage type, `?` for low confidence."""
        return _MARKS[self.confidence]


@dataclass(frozen=True)
class Book:
    """The prices of one region by key, and the day when the book was last refreshed."""

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


def path(region: str) -> Path:
    """The file with a region's prices, which `make prices` makes for all but the default region."""
    return _PATH if region == DEFAULT_REGION else _PATH.with_name(f"price_book.{region}.toml")


def load(region: str = DEFAULT_REGION) -> Book:
    """Read a region's book. Raises BookError if there is none, or it is malformed."""
    try:
        tables = tomllib.loads(path(region).read_text(encoding="utf-8"), parse_float=Decimal)
        day = tables.pop("date")
        region = tables.pop("region")
        return Book(day, region, {key: _price(key, table) for key, table in tables.items()})
    except FileNotFoundError:
        ask = f"run `make prices REGION={region}`"
        raise BookError(f"there are no prices of {region}: {ask}") from None
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise BookError(f"{path(region).name} is malformed: {error}") from None


def _price(key: str, table: Mapping[str, Any]) -> Price:
    """A price of the book, with Decimals where TOML has whole numbers or strings."""
    price = Price(key, **table)
    if price.confidence not in _MARKS:
        raise ValueError(f"{key} has an unknown confidence: {price.confidence}")
    tiers = {Decimal(begin): Decimal(usd) for begin, usd in price.tiers.items()}
    return replace(price, usd=Decimal(price.usd), free=Decimal(price.free), tiers=tiers)


def save(book: Book) -> None:
    """Write the file of the book's region."""
    entries = [f'{_HEAD}\ndate = {book.date}\nregion = "{book.region}"\n']
    for price in book.prices.values():
        stated = (item for item in vars(price).items() if _is_stated(*item))
        lines = (f"{field} = {_toml(value)}\n" for field, value in stated)
        entries.append(f"[{price.key}]\n" + "".join(lines))
    path(book.region).write_text("\n".join(entries), encoding="utf-8")


def _is_stated(field: str, value: object) -> bool:
    """Whether the file has this field of a price: not its key, nor what is the default."""
    return field != "key" and value not in ({}, getattr(Price, field, None))


def _toml(value: object) -> str:
    """A field's value in TOML, whose strings are written as in JSON."""
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{key} = {_toml(item)}" for key, item in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
