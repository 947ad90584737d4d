"""`make prices`: update the price book from AWS's Price List Query API.

The API is in us-east-1 for all regions and needs the permission `pricing:GetProducts`. A price that
it does not confirm is left alone and reported, and the command exits with 1.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.cost import book as price_book
from infra.cost.book import BookError, Price

LIST_REGION = "us-east-1"
UNUSUAL = Decimal("0.5")
"""A change by more than this share of the price needs `--accept`."""


class Unconfirmed(Exception):
    """The list does not confirm a price; the message says why."""


@dataclass(frozen=True)
class Listed:
    """The list's price in US dollars for its unit, and for units beyond so many a month."""

    usd: Decimal
    unit: str
    tiers: Mapping[Decimal, Decimal]


def look_up(client: Any, price: Price) -> Listed:
    """The list's price now: the first tier that is not free, and those after it.

    Raises Unconfirmed unless exactly one product matches and has one on-demand term in US dollars.
    """
    products = list(_products(client, price))
    if len(products) != 1:
        found = "nothing matches" if not products else f"{len(products)} products match"
        what = ", ".join(f"{field} {value}" for field, value in price.match.items())
        raise Unconfirmed(f"{found} {what} in {price.service}")
    terms = products[0].get("terms", {}).get("OnDemand", {}).values()
    tiers = [tier for term in terms for tier in term["priceDimensions"].values()]
    try:
        prices = [
            (Decimal(tier.get("beginRange", 0)), Decimal(tier["pricePerUnit"]["USD"]))
            for tier in tiers
        ]
    except (KeyError, ArithmeticError):
        raise Unconfirmed("its terms have no price in US dollars") from None
    charged = sorted((begin, usd) for begin, usd in prices if usd > 0)
    if len(terms) != 1 or not charged:
        raise Unconfirmed(f"{len(terms)} on-demand terms with {len(charged)} prices above 0")
    return Listed(charged[0][1], str(tiers[0]["unit"]), dict(charged[1:]))


def _products(client: Any, price: Price) -> Iterator[Mapping[str, Any]]:
    filters = [
        {"Type": "TERM_MATCH", "Field": field, "Value": value}
        for field, value in price.match.items()
    ]
    parameters: dict[str, Any] = {"ServiceCode": price.service, "Filters": filters}
    while True:
        page = client.get_products(**parameters)
        yield from (json.loads(text) for text in page["PriceList"])
        if not page.get("NextToken"):
            return
        parameters["NextToken"] = page["NextToken"]


@dataclass
class Refreshed:
    """The updated text, and the outcome for each key."""

    text: str
    same: list[str] = field(default_factory=list)
    changed: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def report(self) -> str:
        """A line for each price that changed or was not confirmed, and a summary."""
        return "\n".join(
            [
                *(f"{key}: {what}" for key, what in self.changed.items()),
                *(f"{key}: not confirmed: {why}" for key, why in self.kept.items()),
                f"{len(self.same)} unchanged, {len(self.changed)} changed, "
                f"{len(self.kept)} not confirmed",
            ]
        )


def confirmed(price: Price, listed: Listed, accept: bool) -> Listed:
    """The list's price for one of the book's units, with tiers if the book has them.

    Raises Unconfirmed if the unit changed, or if the change is unusual and not accepted.
    """
    if price.aws_unit and price.aws_unit.lower() != listed.unit.lower():
        raise Unconfirmed(f"the list's unit is {listed.unit}, aws_unit is {price.aws_unit}")
    usd = (listed.usd * price.aws_units).normalize()
    tiers = {
        begin / price.aws_units: (usd * price.aws_units).normalize()
        for begin, usd in (listed.tiers.items() if price.tiers else ())
    }
    if tiers.keys() != price.tiers.keys() and not accept:
        raise Unconfirmed("its tiers begin elsewhere, which needs --accept")
    for old, new in [(price.usd, usd), *((price.tiers.get(at), tiers[at]) for at in tiers)]:
        if old and abs(new - old) / old > UNUSUAL and not accept:
            raise Unconfirmed(f"{old} became {new:f}: changes over 50 % need --accept")
    return Listed(usd, listed.unit, tiers)


def refresh(client: Any, text: str, today: date, accept: bool = False) -> Refreshed:
    """Look up every price in a book's text. Raises BookError for a malformed text."""
    refreshed = Refreshed(text)
    for price in price_book.read(text).prices.values():
        try:
            listed = confirmed(price, look_up(client, price), accept)
        except Unconfirmed as error:
            refreshed.kept[price.key] = str(error)
            continue
        if listed.usd != price.usd:
            refreshed.changed[price.key] = f"{price.usd} became {listed.usd:f}"
        elif listed.tiers != price.tiers:
            refreshed.changed[price.key] = "its tiers changed"
        else:
            refreshed.same.append(price.key)
        refreshed.text = price_book.revised(
            refreshed.text, price.key, listed.usd, listed.unit, today, listed.tiers
        )
    if refreshed.text != text:
        refreshed.text = price_book.dated(refreshed.text, today)
    return refreshed


def main(arguments: Sequence[str] | None = None, path: Path = price_book.PATH) -> int:
    """Run the command: 0; 1 if a price was not confirmed; 2 if AWS could not be reached."""
    parser = argparse.ArgumentParser(prog="python -m infra.cost.prices", description=__doc__)
    parser.add_argument(
        "--accept", action="store_true", help="write changes of more than 50 %% too"
    )
    accept = parser.parse_args(arguments).accept
    session = boto3.Session()
    try:
        if session.get_credentials() is None:
            return _refused("no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its key")
        client = session.client("pricing", region_name=LIST_REGION)
        text = path.read_text(encoding="utf-8")
        refreshed = refresh(client, text, datetime.now(UTC).date(), accept)
    except (BotoCoreError, ClientError, BookError) as error:
        return _refused(str(error))
    path.write_text(refreshed.text, encoding="utf-8")
    print(refreshed.report)
    return 1 if refreshed.kept else 0


def _refused(why: str) -> int:
    print(f"price book unchanged: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
