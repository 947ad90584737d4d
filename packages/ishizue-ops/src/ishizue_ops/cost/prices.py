"""`make prices`: update a region's price book from AWS's Price List Query API.

The API is in us-east-1 for all regions and needs the permission `pricing:GetProducts`. A price that
it does not confirm is left alone and reported, and the command exits with 1. Another region's book
is made from the default one's, with the prices that the list confirms there and no others.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ishizue_ops import project
from ishizue_ops.config import DEFAULT_REGION, ConfigError
from ishizue_ops.cost import book as price_book
from ishizue_ops.cost.book import Book, BookError, Price

LIST_REGION = "us-east-1"
UNUSUAL = Decimal("0.5")
"""A change by more than this share of the price needs `--accept`."""

ListedProduct = Mapping[str, Any]


class UnconfirmedError(Exception):
    """The list does not confirm a price; the message says why."""


def look_up(client: Any, price: Price, today: date) -> Price:
    """The price as the list has it: the first tier that is not free, and those after it.

    Raises UnconfirmedError unless exactly one product matches, by the same unit as before, and has
    one on-demand term in US dollars.
    """
    products = _matching(client, price)
    if len(products) != 1:
        raise UnconfirmedError(f"{len(products)} products match {price.match} in {price.service}")
    unit, charged = _tiers(products[0])
    if price.aws_unit and price.aws_unit.lower() != unit.lower():
        raise UnconfirmedError(f"the list's unit is {unit}, aws_unit is {price.aws_unit}")
    tiers = {begin / price.aws_units: (usd * price.aws_units).normalize() for begin, usd in charged}
    usd = tiers.pop(min(tiers))
    return replace(
        price,
        usd=usd,
        seen=f"{today:%Y-%m}",
        confidence="seen",
        aws_unit=unit,
        tiers=tiers if price.tiers else {},
    )


def _matching(client: Any, price: Price) -> list[ListedProduct]:
    """The products with all attributes of `match`.

    A usage type's `*` stands for the code of any region, or none.
    """
    filters = [
        {
            "Type": "CONTAINS" if value.startswith("*") else "TERM_MATCH",
            "Field": field,
            "Value": value.removeprefix("*"),
        }
        for field, value in price.match.items()
    ]
    pages = client.get_paginator("get_products").paginate(
        ServiceCode=price.service, Filters=filters
    )
    products = [json.loads(product) for page in pages for product in page["PriceList"]]
    usage = price.match["usagetype"]
    if not usage.startswith("*"):
        return products
    of_a_region = re.compile(rf"([A-Z]+\d?-)?{re.escape(usage.removeprefix('*'))}")
    return [
        product
        for product in products
        if of_a_region.fullmatch(product["product"]["attributes"]["usagetype"])
    ]


def _tiers(product: ListedProduct) -> tuple[str, list[tuple[Decimal, Decimal]]]:
    """The unit, and the begin and US dollars of each tier above 0, in their order."""
    terms = product.get("terms", {}).get("OnDemand", {}).values()
    tiers = [tier for term in terms for tier in term["priceDimensions"].values()]
    try:
        usd = {
            Decimal(tier.get("beginRange", 0)): Decimal(tier["pricePerUnit"]["USD"])
            for tier in tiers
        }
    except (KeyError, ArithmeticError):
        raise UnconfirmedError("its terms have no price in US dollars") from None
    charged = [(begin, usd[begin]) for begin in sorted(usd) if usd[begin] > 0]
    if len(terms) != 1 or not charged:
        raise UnconfirmedError(f"{len(terms)} on-demand terms with {len(charged)} prices above 0")
    return str(tiers[0]["unit"]), charged


def check_change(old: Price, new: Price) -> None:
    """Raise UnconfirmedError for a change that needs `--accept`."""
    if old.tiers.keys() != new.tiers.keys():
        raise UnconfirmedError("its tiers begin elsewhere, which needs --accept")
    pairs = [(old.usd, new.usd), *((old.tiers[begin], new.tiers[begin]) for begin in old.tiers)]
    for before, after in pairs:
        if abs(after - before) / before > UNUSUAL:
            change = f"{before} became {after:f}"
            raise UnconfirmedError(f"{change}: changes over 50 % need --accept")


def refresh(client: Any, book: Book, today: date, accept: bool = False) -> tuple[Book, list[str]]:
    """The book with the list's prices, and the keys that the list did not confirm.

    Prints what changes.
    """
    prices: dict[str, Price] = {}
    kept: list[str] = []
    for key, old in book.prices.items():
        prices[key] = old
        try:
            new = look_up(client, old, today)
            if not accept:
                check_change(old, new)
        except UnconfirmedError as error:
            kept.append(key)
            print(f"{key}: not confirmed: {error}", flush=True)
            continue
        prices[key] = new
        if new.usd != old.usd:
            print(f"{key}: {old.usd} became {new.usd:f}", flush=True)
        elif new.tiers != old.tiers:
            print(f"{key}: its tiers changed", flush=True)
    refreshed = len(kept) < len(prices)
    return replace(book, date=today if refreshed else book.date, prices=prices), kept


def _elsewhere(book: Book, region: str) -> Book:
    """The default region's book with what finds the same products in another one."""
    prices = {}
    for key, price in book.prices.items():
        match = {
            field: value.replace(DEFAULT_REGION, region).replace("APN1-", "*")
            for field, value in price.match.items()
        }
        prices[key] = replace(price, match=match)
    return replace(book, region=region, prices=prices)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0; 1 if a price was not confirmed; 2 if AWS could not be reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--accept", action="store_true", help="write changes of more than 50 %% too"
    )
    accept = parser.parse_args(arguments).accept
    session = boto3.Session()
    try:
        region = project.read(os.environ).region
        if session.get_credentials() is None:
            return _refused("no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its key")
        client = session.client("pricing", region_name=LIST_REGION)
        new = not price_book.path(region).exists()
        book = _elsewhere(price_book.load(), region) if new else price_book.load(region)
        book, kept = refresh(client, book, datetime.now(UTC).date(), accept or new)
    except (BotoCoreError, ClientError, BookError, ConfigError) as error:
        return _refused(str(error))
    if new:
        confirmed = {key: price for key, price in book.prices.items() if key not in kept}
        book = replace(book, prices=confirmed)
    price_book.save(book)
    print(f"price book written; not confirmed: {', '.join(kept) or 'none'}")
    return 1 if kept else 0


def _refused(why: str) -> int:
    print(f"price book unchanged: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
