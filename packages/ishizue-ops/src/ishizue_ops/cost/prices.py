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
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ishizue_ops import project
from ishizue_ops.config import DEFAULT_REGION, ConfigError
from ishizue_ops.cost import book as price_book
from ishizue_ops.cost.book import BookError, Price

LIST_REGION = "us-east-1"
UNUSUAL = Decimal("0.5")
"""A change by more than this share of the price needs `--accept`."""


class UnconfirmedError(Exception):
    """The list does not confirm a price; the message says why."""


def look_up(client: Any, price: Price, today: date) -> Price:
    """The price as the list has it: the first tier that is not free, and those after it.

    Raises UnconfirmedError unless exactly one product matches, by the same unit as before, and has
    one on-demand term in US dollars. A usage type's `*` is the code of any region, or none.
    """
    filters = [
        {
            "Type": "CONTAINS" if "*" in value else "TERM_MATCH",
            "Field": field,
            "Value": value.lstrip("*"),
        }
        for field, value in price.match.items()
    ]
    pages = client.get_paginator("get_products").paginate(
        ServiceCode=price.service, Filters=filters
    )
    products = [json.loads(product) for page in pages for product in page["PriceList"]]
    if "*" in (usage := price.match["usagetype"]):
        form = rf"([A-Z]+\d?-)?{re.escape(usage.lstrip('*'))}"
        products = [
            one for one in products if re.fullmatch(form, one["product"]["attributes"]["usagetype"])
        ]
    if len(products) != 1:
        raise UnconfirmedError(f"{len(products)} products match {price.match} in {price.service}")
    terms = products[0].get("terms", {}).get("OnDemand", {}).values()
    tiers = [tier for term in terms for tier in term["priceDimensions"].values()]
    try:
        prices = {
            Decimal(tier.get("beginRange", 0)): Decimal(tier["pricePerUnit"]["USD"])
            for tier in tiers
        }
    except (KeyError, ArithmeticError):
        raise UnconfirmedError("its terms have no price in US dollars") from None
    charged = sorted((begin, usd) for begin, usd in prices.items() if usd > 0)
    if len(terms) != 1 or not charged:
        raise UnconfirmedError(f"{len(terms)} on-demand terms with {len(charged)} prices above 0")
    unit = str(tiers[0]["unit"])
    if price.aws_unit and price.aws_unit.lower() != unit.lower():
        raise UnconfirmedError(f"the list's unit is {unit}, aws_unit is {price.aws_unit}")
    (_, usd), *others = [
        (begin / price.aws_units, (usd * price.aws_units).normalize()) for begin, usd in charged
    ]
    later = dict(others) if price.tiers else {}
    month = f"{today:%Y-%m}"
    return replace(price, usd=usd, tiers=later, aws_unit=unit, seen=month, confidence="seen")


def unusual(old: Price, new: Price) -> str:
    """What about a change needs `--accept`, if anything."""
    if old.tiers.keys() != new.tiers.keys():
        return "its tiers begin elsewhere, which needs --accept"
    pairs = [(old.usd, new.usd), *((old.tiers[begin], new.tiers[begin]) for begin in old.tiers)]
    for before, after in pairs:
        if abs(after - before) / before > UNUSUAL:
            return f"{before} became {after:f}: changes over 50 % need --accept"
    return ""


def refresh(client: Any, text: str, today: date, accept: bool = False) -> tuple[str, list[str]]:
    """The book's text with the list's prices, and the keys that the list did not confirm.

    Prints what changes. Raises BookError for a malformed text.
    """
    kept, revised = [], text
    for old in price_book.read(text).prices.values():
        try:
            new = look_up(client, old, today)
            if why := "" if accept else unusual(old, new):
                raise UnconfirmedError(why)
        except UnconfirmedError as error:
            kept.append(old.key)
            print(f"{old.key}: not confirmed: {error}", flush=True)
            continue
        if (new.usd, new.tiers) != (old.usd, old.tiers):
            what = f"{old.usd} became {new.usd:f}" if new.usd != old.usd else "its tiers changed"
            print(f"{old.key}: {what}", flush=True)
        revised = price_book.revised(revised, new)
    return (revised if revised == text else price_book.dated(revised, today)), kept


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
        path, own = price_book.path(region), price_book.path(DEFAULT_REGION)
        new = not path.exists()
        if session.get_credentials() is None:
            return _refused("no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its key")
        client = session.client("pricing", region_name=LIST_REGION)
        text = (own if new else path).read_text(encoding="utf-8")
        if new:
            text = text.replace(f'"{DEFAULT_REGION}', f'"{region}').replace('"APN1-', '"*')
        text, kept = refresh(client, text, datetime.now(UTC).date(), accept or new)
    except (BotoCoreError, ClientError, BookError, ConfigError) as error:
        return _refused(str(error))
    for key in kept if new else ():
        text = price_book.without(text, key)
    path.write_text(text, encoding="utf-8")
    print(f"price book written; not confirmed: {', '.join(kept) or 'none'}")
    return 1 if kept else 0


def _refused(why: str) -> int:
    print(f"price book unchanged: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
