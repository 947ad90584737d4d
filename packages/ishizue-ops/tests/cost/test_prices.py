"""`make prices` updates the price book from responses of the Price List API."""

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ishizue_ops.cost import book, prices
from ishizue_ops.cost.prices import refresh

TODAY = date(2027, 3, 4)
HEAD = 'date = 2026-11-24  # when\nregion = "ap-northeast-1"\n\n# Load balancing\n'
ALB = """\
[alb]
what = "Application Load Balancer"
unit = "hour"
usd = 0.0243  # by the hour
seen = "2026-10"
confidence = "low"
service = "AWSELB"
match = { usagetype = "APN1-LoadBalancerUsage", operation = "LoadBalancing:Application" }
aws_unit = "Hrs"
"""
QUERIES = """\
[dns-queries]
what = "Queries"
unit = "million"
usd = 0.40
seen = "2025-06"
confidence = "seen"
service = "AmazonRoute53"
match = { usagetype = "DNS-Queries" }
aws_unit = ""
aws_units = 1000000
"""
DATA = ALB.replace("[alb]", "[data]").replace("Hrs", "GB") + "tiers = { 10240 = 0.02 }\n"


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


def expect(stubber: Stubber, entry: str, *pages: list[dict[str, Any]]) -> None:
    """Expect the requests for one entry of the book, and respond with these pages."""
    [table] = tomllib.loads(entry).values()
    filters = [
        {
            "Type": "CONTAINS" if value.startswith("*") else "TERM_MATCH",
            "Field": field,
            "Value": value.removeprefix("*"),
        }
        for field, value in table["match"].items()
    ]
    question = {"ServiceCode": table["service"], "Filters": filters}
    for number, products in enumerate(pages, start=1):
        page = {"FormatVersion": "aws_v1", "PriceList": [json.dumps(one) for one in products]}
        if number < len(pages):
            page["NextToken"] = f"page {number + 1}"
        stubber.add_response("get_products", page, dict(question))
        question["NextToken"] = f"page {number + 1}"


def test_a_new_price_is_written_and_the_rest_of_the_file_is_unchanged(
    stubber: Stubber, client: Any
) -> None:
    expect(stubber, ALB, [], [ONE])
    expect(stubber, QUERIES, [product(("0", "0.0000003"), ("9", "0.0000002"), unit="Queries")])
    text, kept = refresh(client, HEAD + ALB + QUERIES, TODAY)
    assert kept == []
    assert text == (
        HEAD.replace("2026-11-24", "2027-03-04")
        + ALB.replace("0.0243", "0.025").replace("2026-10", "2027-03").replace("low", "seen")
        + QUERIES.replace("0.40", "0.3")
        .replace("2025-06", "2027-03")
        .replace('aws_unit = ""', 'aws_unit = "Queries"')
    )


@pytest.mark.parametrize(
    ("entry", "pages", "why"),
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
    entry: str,
    pages: list[list[dict[str, Any]]],
    why: str,
) -> None:
    expect(stubber, entry, *pages)
    expect(stubber, QUERIES, [product(("0", "0.0000004"), unit="Queries")])
    text, kept = refresh(client, HEAD + entry + QUERIES, TODAY)
    assert (kept, entry in text) == ([*tomllib.loads(entry)], True)
    assert why in capsys.readouterr().out
    assert book.read(text)["dns-queries"].seen == "2027-03"


def test_another_region_s_book_has_only_the_prices_that_the_list_confirms_there(
    stubber: Stubber,
    client: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REGION", "eu-west-1")
    paths = {region: tmp_path / f"{region}.toml" for region in ("ap-northeast-1", "eu-west-1")}
    monkeypatch.setattr(book, "path", paths.__getitem__)
    monkeypatch.setattr("boto3.Session.client", lambda *_, **__: client)
    regional = ALB.replace(" }", ', regionCode = "ap-northeast-1" }')
    paths["ap-northeast-1"].write_text(f"{HEAD}{regional}\n{DATA}\n{QUERIES}")
    there = regional.replace("ap-northeast-1", "eu-west-1").replace("APN1-", "*")
    others = ("EU-ReservedLoadBalancerUsage", "EU-LCU-LoadBalancerUsage")
    found = [used(name, "0.0252") for name in ("EU-LoadBalancerUsage", *others)]
    expect(stubber, there, found)
    expect(stubber, DATA.replace("APN1-", "*"), [])
    expect(stubber, QUERIES, [product(("0", "0.0000004"), unit="Queries")])
    assert prices.main([]) == 1
    made = book.load("eu-west-1")
    assert (made.region, made["alb"].usd) == ("eu-west-1", Decimal("0.0252"))
    assert set(made.prices) == {"alb", "dns-queries"}
    assert book.load().region == "ap-northeast-1"
    with pytest.raises(
        book.BookError, match="data in eu-west-1: run `make prices REGION=eu-west-1`"
    ):
        made["data"]
    # Asked again, the list has one more product of that kind: the price stays.
    expect(stubber, there, [*found, used("EUW1-LoadBalancerUsage", "0.03")])
    expect(stubber, QUERIES, [product(("0", "0.0000004"), unit="Queries")])
    capsys.readouterr()
    assert prices.main([]) == 1
    assert "alb: not confirmed: 2 products match" in capsys.readouterr().out
    assert book.load("eu-west-1")["alb"].usd == Decimal("0.0252")


def test_an_unusual_change_is_written_if_accepted_but_never_another_unit(
    stubber: Stubber, client: Any
) -> None:
    expect(stubber, ALB, [product(("0", "0.0729"))])
    expect(stubber, DATA, [ELSEWHERE])
    text, _ = refresh(client, HEAD + ALB + DATA, TODAY, accept=True)
    assert (book.read(text)["alb"].usd, book.read(text)["data"].tiers) == (
        Decimal("0.0729"),
        {Decimal(99): Decimal("0.02")},
    )
    expect(stubber, ALB, [product(("0", "0.0243"), unit="Mins")])
    assert refresh(client, HEAD + ALB, TODAY, accept=True) == (HEAD + ALB, ["alb"])
