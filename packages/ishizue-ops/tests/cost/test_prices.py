"""`make prices` compares the price book with responses of the Price List API."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ishizue_ops.config import DEFAULT_REGION
from ishizue_ops.cost import book as price_book
from ishizue_ops.cost import prices
from ishizue_ops.cost.book import BookError, Price, load

TODAY = date(2027, 3, 4)
BOOK = load()
ALB = replace(BOOK["alb"], aws_unit="Hrs")
QUERIES = BOOK["dns-queries"]
DATA = replace(ALB, aws_unit="GB", tiers={Decimal(10240): Decimal("0.02")})


def product(
    *tiers: tuple[str, str], unit: str = "Hrs", currency: str = "USD", terms: int = 1
) -> dict[str, Any]:
    """A product in the shape of AWS's documentation; a tier is its first unit and its price."""
    prices = {
        f"SKU.TERM.{begin}": {"unit": unit, "beginRange": begin, "pricePerUnit": {currency: price}}
        for begin, price in tiers
    }
    return {"terms": {"OnDemand": {f"TERM{n}": {"priceDimensions": prices} for n in range(terms)}}}


def used(usage: str, price: str) -> dict[str, Any]:
    """A product of this usage type."""
    return {**product(("0", price)), "product": {"attributes": {"usagetype": usage}}}


ONE = product(("0", "0.0250000000"))
ELSEWHERE = product(("0", "0.0243"), ("99", "0.02"), unit="GB")


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    return boto3.client("pricing", region_name=prices.LIST_REGION)


@pytest.fixture
def stubber(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def expect(stubber: Stubber, price: Price, *pages: list[dict[str, Any]]) -> None:
    """Expect the requests for one price of the book, and respond with these pages."""
    filters = [
        {
            "Type": "CONTAINS" if value.startswith("*") else "TERM_MATCH",
            "Field": field,
            "Value": value.removeprefix("*"),
        }
        for field, value in price.match.items()
    ]
    question = {"ServiceCode": price.service, "Filters": filters}
    for number, products in enumerate(pages, start=1):
        page = {"FormatVersion": "aws_v1", "PriceList": [json.dumps(each) for each in products]}
        if number < len(pages):
            page["NextToken"] = f"page {number + 1}"
        stubber.add_response("get_products", page, dict(question))
        question["NextToken"] = f"page {number + 1}"


def asked(client: Any, price: Price) -> dict[str, Any]:
    return prices.look_up(client, price, DEFAULT_REGION, TODAY)


def test_the_list_s_price_is_for_the_unit_of_the_book(stubber: Stubber, client: Any) -> None:
    expect(stubber, ALB, [], [ONE])
    assert asked(client, ALB)["usd"] == Decimal("0.025")
    expect(stubber, QUERIES, [product(("0", "0.0000003"), ("9", "0.0000002"), unit="Queries")])
    listed = asked(client, QUERIES)
    assert (listed["usd"], listed["aws_unit"]) == (Decimal("0.3"), "Queries")
    expect(stubber, DATA, [ELSEWHERE])
    assert asked(client, DATA)["tiers"] == {Decimal(99): Decimal("0.02")}


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ([[]], "0 products match"),
        ([[ONE], [product(("0", "0.03"))]], "2 products match"),
        ([[product(("0", "0.0243"), unit="Mins")]], "the list's unit is Mins"),
        ([[product(("0", "0.17"), currency="CNY")]], "no price in US dollars"),
        ([[product(("0", "0.0000000000"))]], "1 on-demand terms with 0 prices above 0"),
        ([[product(("0", "0.0250000000"), terms=2)]], "2 on-demand terms"),
    ],
)
def test_an_unconfirmed_price_has_a_reason(
    stubber: Stubber, client: Any, pages: list[list[dict[str, Any]]], why: str
) -> None:
    expect(stubber, ALB, *pages)
    with pytest.raises(prices.UnconfirmedError, match=why):
        asked(client, ALB)


def test_another_region_has_the_prices_that_the_list_confirms_there(
    stubber: Stubber,
    client: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REGION", "eu-west-1")
    monkeypatch.setattr("boto3.Session.client", lambda *_, **__: client)
    keys = ("alb", "internet-egress", "dns-queries")
    only = replace(BOOK, prices={key: BOOK[key] for key in keys})
    monkeypatch.setattr(price_book, "load", lambda region="": only if not region else load(region))
    for key in keys:
        match = {
            field: text.replace(DEFAULT_REGION, "eu-west-1").replace("APN1-", "*")
            for field, text in BOOK[key].match.items()
        }
        products = [used("EU-LoadBalancerUsage", "0.0252"), used("EU-LCU-LoadBalancerUsage", "1")]
        expect(stubber, replace(BOOK[key], match=match), products if key == "alb" else [])
    assert prices.main() == 1
    out, err = capsys.readouterr()
    assert "internet-egress: not confirmed: 0 products match" in err
    monkeypatch.setattr(price_book, "path", lambda region: tmp_path / f"{region}.toml")
    price_book.path("eu-west-1").write_text(out)
    made = load("eu-west-1")
    assert (made["alb"].usd, made["alb"].what) == (Decimal("0.0252"), ALB.what)
    with pytest.raises(BookError, match="no price of nat-gateway in eu-west-1: run `make prices"):
        made["nat-gateway"]
