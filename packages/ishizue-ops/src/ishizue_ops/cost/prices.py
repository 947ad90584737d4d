"""`make prices`: compare the price book with AWS's Price List Query API.

The API is in us-east-1 for all regions and needs the permission `pricing:GetProducts`. Prints each
entry of the book that differs, with what the list has. Exit code 1: one differs, or AWS could not
be reached.
"""

import json
import sys
from decimal import Decimal
from typing import Any

import boto3

from ishizue_ops.cost import book
from ishizue_ops.cost.book import Price
from ishizue_ops.deploy.ending import ended


def listed(client: Any, price: Price) -> list[list[Decimal]]:
    """What each product that matches costs in our unit, by tier, without the free ones."""
    filters = [
        {"Type": "TERM_MATCH", "Field": field, "Value": value}
        for field, value in price.match.items()
    ]
    pages = client.get_paginator("get_products").paginate(
        ServiceCode=price.service, Filters=filters
    )
    found = []
    for product in (json.loads(each) for page in pages for each in page["PriceList"]):
        terms = product["terms"]["OnDemand"].values()
        tiers = [tier for term in terms for tier in term["priceDimensions"].values()]
        tiers.sort(key=lambda tier: Decimal(tier["beginRange"]))
        amounts = [Decimal(tier["pricePerUnit"]["USD"]) * price.aws_units for tier in tiers]
        found.append([amount for amount in amounts if amount])
    return found


def main() -> int:
    """Compare them: 0 or 1. Raises what boto3 raises."""
    code = 0
    client = boto3.client("pricing", region_name="us-east-1")
    for key, price in book.load().prices.items():
        ours = [price.usd, *price.tiers.values()]
        theirs = listed(client, price)
        # A month here never comes to the tiers that the book does not have.
        if [tiers[: len(ours)] for tiers in theirs] != [ours]:
            found = " or ".join(map(_said, theirs)) or "nothing"
            print(f"{key}: {_said(ours)} in the book, {found} in AWS's list", flush=True)
            code = 1
    return code


def _said(tiers: list[Decimal]) -> str:
    return ", ".join(f"{usd.normalize():f}" for usd in tiers)


if __name__ == "__main__":
    sys.exit(ended("prices", main))
