"""`make prices` updates the price book from responses of the Price List API."""

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
from ishizue_ops.cost.book import Book, BookError, Price
from ishizue_ops.cost.prices import refresh

TODAY = date(2027, 3, 4)
ALB = Price(
    key="alb",
    what="Application Load Balancer",
    unit="hour",
    usd=Decimal("0.0243"),
    seen="2026-10",
    confidence="low",
    service="AWSELB",
    match={"usagetype": "APN1-LoadBalancerUsage", "operation": "LoadBalancing:Application"},
    aws_unit="Hrs",
    note='Its "hour" is a part of one.',
)
QUERIES = Price(
    key="dns-queries",
    what="Queries",
    unit="million",
    usd=Decimal("0.40"),
    seen="2025-06",
    confidence="seen",
    service="AmazonRoute53",
    match={"usagetype": "DNS-Queries"},
    aws_units=1_000_000,
)
DATA = replace(ALB, key="data", aws_unit="GB", tiers={Decimal(10240): Decimal("0.02")})


def book_of(*prices: Price) -> Book:
    return Book(date(2026, 11, 24), DEFAULT_REGION, {price.key: price for price in prices})


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
        page = {"FormatVersion": "aws_v1", "PriceList": [json.dumps(one) for one in products]}
        if number < len(pages):
            page["NextToken"] = f"page {number + 1}"
        stubber.add_response("get_products", page, dict(question))
        question["NextToken"] = f"page {number + 1}"


def test_the_book_is_as_make_prices_writes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    committed = price_book.path(DEFAULT_REGION).read_text("utf-8")
    found = price_book.load()
    monkeypatch.setattr(price_book, "path", lambda _: tmp_path / "book.toml")
    price_book.save(found)
    assert (tmp_path / "book.toml").read_text("utf-8") == committed
    every_field = book_of(ALB, QUERIES, replace(DATA, free=Decimal(5)))
    price_book.save(every_field)
    assert price_book.load() == every_field


def test_a_new_price_is_in_the_book_and_what_people_wrote_stays(
    stubber: Stubber, client: Any
) -> None:
    expect(stubber, ALB, [], [ONE])
    expect(stubber, QUERIES, [product(("0", "0.0000003"), ("9", "0.0000002"), unit="Queries")])
    refreshed, kept = refresh(client, book_of(ALB, QUERIES), TODAY)
    assert kept == []
    alb = replace(ALB, usd=Decimal("0.025"), seen="2027-03", confidence="seen")
    queries = replace(QUERIES, usd=Decimal("0.3"), seen="2027-03", aws_unit="Queries")
    assert refreshed == replace(book_of(alb, queries), date=TODAY)


@pytest.mark.parametrize(
    ("price", "pages", "why"),
    [
        (ALB, [[]], "0 products match"),
        (ALB, [[ONE], [product(("0", "0.03"))]], "2 products match"),
        (ALB, [[product(("0", "0.0243"), unit="Mins")]], "the list's unit is Mins"),
        (ALB, [[product(("0", "0.17"), currency="CNY")]], "no price in US dollars"),
        (ALB, [[product(("0", "0.0000000000"))]], "1 on-demand terms with 0 prices above 0"),
        (ALB, [[product(("0", "0.0250000000"), terms=2)]], "2 on-demand terms"),
        (ALB, [[product(("0", "0.0729"))]], "0.0243 became 0.0729"),
        (DATA, [[ELSEWHERE]], "its tiers begin elsewhere"),
    ],
)
def test_an_unconfirmed_price_is_reported_and_does_not_stop_the_others(
    stubber: Stubber,
    client: Any,
    capsys: pytest.CaptureFixture[str],
    price: Price,
    pages: list[list[dict[str, Any]]],
    why: str,
) -> None:
    expect(stubber, price, *pages)
    expect(stubber, QUERIES, [product(("0", "0.0000004"), unit="Queries")])
    refreshed, kept = refresh(client, book_of(price, QUERIES), TODAY)
    assert (kept, refreshed[price.key]) == ([price.key], price)
    assert why in capsys.readouterr().out
    assert refreshed["dns-queries"].seen == "2027-03"


def test_another_region_s_book_has_only_the_prices_that_the_list_confirms_there(
    stubber: Stubber,
    client: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REGION", "eu-west-1")
    monkeypatch.setattr(price_book, "path", lambda region: tmp_path / f"{region}.toml")
    monkeypatch.setattr("boto3.Session.client", lambda *_, **__: client)
    regional = replace(ALB, match={**ALB.match, "regionCode": DEFAULT_REGION})
    price_book.save(book_of(regional, DATA, QUERIES))
    match = {**ALB.match, "usagetype": "*LoadBalancerUsage"}
    there = replace(ALB, match={**match, "regionCode": "eu-west-1"})
    others = ("EU-ReservedLoadBalancerUsage", "EU-LCU-LoadBalancerUsage")
    found = [used(name, "0.0252") for name in ("EU-LoadBalancerUsage", *others)]
    expect(stubber, there, found)
    expect(stubber, replace(DATA, match=match), [])
    expect(stubber, QUERIES, [product(("0", "0.0000004"), unit="Queries")])
    assert prices.main([]) == 1
    made = price_book.load("eu-west-1")
    assert (made.region, made["alb"].usd) == ("eu-west-1", Decimal("0.0252"))
    assert set(made.prices) == {"alb", "dns-queries"}
    assert price_book.load().region == "ap-northeast-1"
    with pytest.raises(BookError, match="data in eu-west-1: run `make prices REGION=eu-west-1`"):
        made["data"]
    # Asked again, the list has one more product of that kind: the price stays.
    expect(stubber, there, [*found, used("EUW1-LoadBalancerUsage", "0.03")])
    expect(stubber, QUERIES, [product(("0", "0.0000004"), unit="Queries")])
    capsys.readouterr()
    assert prices.main([]) == 1
    assert "alb: not confirmed: 2 products match" in capsys.readouterr().out
    assert price_book.load("eu-west-1")["alb"].usd == Decimal("0.0252")


def test_an_unusual_change_is_written_if_accepted_but_never_another_unit(
    stubber: Stubber, client: Any
) -> None:
    expect(stubber, ALB, [product(("0", "0.0729"))])
    expect(stubber, DATA, [ELSEWHERE])
    book, _ = refresh(client, book_of(ALB, DATA), TODAY, accept=True)
    assert book["alb"].usd == Decimal("0.0729")
    assert book["data"].tiers == {Decimal(99): Decimal("0.02")}
    expect(stubber, ALB, [product(("0", "0.0243"), unit="Mins")])
    assert refresh(client, book_of(ALB), TODAY, accept=True) == (book_of(ALB), ["alb"])
