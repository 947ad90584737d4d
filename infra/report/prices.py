"""`make prices`: ask AWS's price list for every price of the book, and write what it answers.

The list is the Price List Query API, which answers in us-east-1 for all regions and needs the
permission `pricing:GetProducts`. A price that it does not confirm stays as it was, is named, and
makes the command exit with 1.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.report.cost import book as price_book
from infra.report.cost.book import BookError, Price

LIST_REGION = "us-east-1"
UNUSUAL = Decimal("0.5")
"""A change by more than this part of the old price is written only when it is accepted."""


class Pricing(Protocol):
    """The one call of boto3's `pricing` client that is needed."""

    def get_products(self, **parameters: Any) -> Mapping[str, Any]:
        """One page of products: `PriceList`, JSON texts, and `NextToken` where there is more."""


class Unconfirmed(Exception):
    """The list does not confirm a price; the message says why."""


@dataclass(frozen=True)
class Answer:
    """US dollars for one `unit` of the price list's own."""

    usd: Decimal
    unit: str


def ask(client: Pricing, price: Price) -> Answer:
    """What the list says of a price now: its first tier that is not free.

    Raises Unconfirmed where no product or more than one matches, or where its terms are not one
    on-demand price in US dollars.
    """
    products = list(_products(client, price))
    if len(products) != 1:
        found = "nothing matches" if not products else f"{len(products)} products match"
        raise Unconfirmed(f"{found} {_said(price.match)} in {price.service}")
    terms = products[0].get("terms", {}).get("OnDemand", {}).values()
    tiers = [tier for term in terms for tier in term["priceDimensions"].values()]
    try:
        tiers.sort(key=lambda tier: Decimal(tier.get("beginRange", 0)))
        prices = [(Decimal(tier["pricePerUnit"]["USD"]), str(tier["unit"])) for tier in tiers]
    except (KeyError, ArithmeticError):
        raise Unconfirmed("its terms have no price in US dollars") from None
    charged = [Answer(usd, unit) for usd, unit in prices if usd > 0]
    if len(terms) != 1 or not charged:
        raise Unconfirmed(f"{len(terms)} on-demand terms with {len(charged)} prices above 0")
    return charged[0]


def _products(client: Pricing, price: Price) -> Iterator[Mapping[str, Any]]:
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


def _said(match: Mapping[str, str]) -> str:
    return ", ".join(f"{field} {value}" for field, value in match.items())


@dataclass
class Refreshed:
    """A book's text as it became, and what was found, by the prices' keys."""

    text: str
    same: list[str] = field(default_factory=list)
    changed: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def report(self) -> str:
        """A line for each price that changed or was not confirmed, and one for all together."""
        return "\n".join(
            [
                *(f"{key}: {what}" for key, what in self.changed.items()),
                *(f"{key}: kept as it was: {why}" for key, why in self.kept.items()),
                f"{len(self.same)} the same, {len(self.changed)} changed, "
                f"{len(self.kept)} not confirmed",
            ]
        )


def confirmed(price: Price, answer: Answer, accept: bool) -> Decimal:
    """The answer as a price for one of the book's units.

    Raises Unconfirmed where the unit is another than before, or the change is unusual and not
    accepted.
    """
    if price.aws_unit and price.aws_unit.lower() != answer.unit.lower():
        raise Unconfirmed(f"the list counts in {answer.unit}, aws_unit is {price.aws_unit}")
    usd = (answer.usd * price.aws_units).normalize()
    change = abs(usd - price.usd) / price.usd
    if change > UNUSUAL and not accept:
        raise Unconfirmed(f"{price.usd} became {usd:f}; --accept takes changes of over 50 %")
    return usd


def refresh(client: Pricing, text: str, today: date, accept: bool = False) -> Refreshed:
    """Ask for every price of a book's text. Raises BookError for a text that is no book."""
    refreshed = Refreshed(text)
    for price in price_book.read(text).prices.values():
        try:
            answer = ask(client, price)
            usd = confirmed(price, answer, accept)
        except Unconfirmed as error:
            refreshed.kept[price.key] = str(error)
            continue
        if usd != price.usd:
            refreshed.changed[price.key] = f"{price.usd} became {usd:f}"
        else:
            refreshed.same.append(price.key)
        refreshed.text = price_book.revised(refreshed.text, price.key, usd, answer.unit, today)
    if refreshed.text != text:
        refreshed.text = price_book.dated(refreshed.text, today)
    return refreshed


def main(arguments: Sequence[str] | None = None, path: Path = price_book.PATH) -> int:
    """Run the command: 0, 1 where a price was not confirmed, 2 where AWS could not be asked."""
    parser = argparse.ArgumentParser(prog="python -m infra.report.prices", description=__doc__)
    parser.add_argument("--accept", action="store_true", help="take changes of over 50 % as well")
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
    print(f"the price book is as it was: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
