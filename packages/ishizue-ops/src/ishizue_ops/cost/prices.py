"""`make prices`: compare a region's price book with AWS's Price List Query API.

The API is in us-east-1 for all regions and needs the permission `pricing:GetProducts`. Prints the
entries of the book that differ, for a region without prices all of them. Exit code 1: one differs,
or the list does not confirm it; 2: AWS could not be reached.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
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

ListedProduct = Mapping[str, Any]


class UnconfirmedError(Exception):
    """The list does not confirm a price; the message says why."""


def look_up(client: Any, price: Price, region: str, today: date) -> dict[str, Any]:
    """The fields of a price as the list has them: the first tier that is not free, and those after.

    Raises UnconfirmedError unless exactly one product matches, by the same unit as before, and has
    one on-demand term in US dollars.
    """
    products = _matching(client, price, region)
    if len(products) != 1:
        raise UnconfirmedError(f"{len(products)} products match {price.match} in {price.service}")
    unit, charged = _tiers(products[0])
    if price.aws_unit and price.aws_unit.lower() != unit.lower():
        raise UnconfirmedError(f"the list's unit is {unit}, aws_unit is {price.aws_unit}")
    tiers = {begin / price.aws_units: (usd * price.aws_units).normalize() for begin, usd in charged}
    usd = tiers.pop(min(tiers))
    seen = {"usd": usd, "seen": f"{today:%Y-%m}", "confidence": "seen", "aws_unit": unit}
    return {**seen, "tiers": tiers} if price.tiers else seen


def _matching(client: Any, price: Price, region: str) -> list[ListedProduct]:
    """The products with all attributes of `match`, in another region with its code or any."""
    there = region != DEFAULT_REGION
    usage = price.match["usagetype"]
    ending = usage.removeprefix("APN1-") if there else usage
    any_code = ending != usage
    filters = [
        {
            "Type": "CONTAINS" if any_code and field == "usagetype" else "TERM_MATCH",
            "Field": field,
            "Value": ending if field == "usagetype" else value.replace(DEFAULT_REGION, region),
        }
        for field, value in price.match.items()
    ]
    pages = client.get_paginator("get_products").paginate(
        ServiceCode=price.service, Filters=filters
    )
    products = [json.loads(product) for page in pages for product in page["PriceList"]]
    of_a_region = re.compile(rf"([A-Z]+\d?-)?{re.escape(ending)}")
    return [
        product
        for product in products
        if not any_code or of_a_region.fullmatch(product["product"]["attributes"]["usagetype"])
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


def main() -> int:
    """Run the command."""
    session = boto3.Session()
    today = datetime.now(UTC).date()
    same = True
    try:
        region = project.read(os.environ).region
        if session.get_credentials() is None:
            return _refused("no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its key")
        client = session.client("pricing", region_name=LIST_REGION)
        known = _known(region)
        print(f"date = {today}")
        for key, price in price_book.load().prices.items():
            try:
                listed = look_up(client, known.get(key, price), region, today)
            except UnconfirmedError as error:
                print(f"{key}: not confirmed: {error}", file=sys.stderr, flush=True)
                same = False
                continue
            if key not in known or _differs(known[key], listed):
                print(f"\n[{key}]", *map(_field, listed.items()), sep="\n", flush=True)
                same = False
    except (BotoCoreError, ClientError, BookError, ConfigError) as error:
        return _refused(project.localized(error))
    return 0 if same else 1


def _known(region: str) -> Mapping[str, Price]:
    """The prices to compare; none of a region whose file is about to be written."""
    try:
        return price_book.load(region).prices
    except BookError:
        return {}


def _differs(price: Price, listed: Mapping[str, Any]) -> bool:
    return (price.usd, price.tiers) != (listed["usd"], listed.get("tiers", {}))


def _field(item: tuple[str, Any]) -> str:
    """A line of TOML."""
    name, value = item
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{begin:f} = {usd:f}" for begin, usd in value.items())
        return f"{name} = {{ {pairs} }}"
    return f"{name} = {value:f}" if isinstance(value, Decimal) else f'{name} = "{value}"'


def _refused(why: str) -> int:
    print(f"prices: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
