"""`make prices` compares the price book with responses of the Price List API."""

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ishizue_ops.cost import book, prices

BOOK = book.load()


def product(*tiers: tuple[str, str]) -> str:
    """A product in the shape of AWS's documentation; a tier is its first unit and its price."""
    dimensions = {
        begin: {"unit": "Hrs", "beginRange": begin, "pricePerUnit": {"USD": usd}}
        for begin, usd in tiers
    }
    return json.dumps({"terms": {"OnDemand": {"SKU.TERM": {"priceDimensions": dimensions}}}})


ANSWERS: dict[str, list[str]] = {
    "alb": [product(("0", "0.0243000000"))],
    "dns-queries": [product(("1000", "0.0000002"), ("0", "0.0000004"))],
    "internet-egress": [product(("0", "0.0000000000"), ("100", "0.1200000000"))],
    "nat-gateway": [product(("0", "0.062")), product(("0", "0.07"))],
    "alb-lcu": [],
}
"""What AWS's list has: two as the book has them, and three otherwise."""


def test_prices_says_where_the_list_differs_in_the_books_unit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    client: Any = boto3.client("pricing", region_name="us-east-1")
    stubber = Stubber(client)
    for key, answer in ANSWERS.items():
        filters = [
            {"Type": "TERM_MATCH", "Field": field, "Value": value}
            for field, value in BOOK[key].match.items()
        ]
        question = {"ServiceCode": BOOK[key].service, "Filters": filters}
        stubber.add_response("get_products", {"PriceList": answer}, question)
    only = replace(BOOK, prices={key: BOOK[key] for key in ANSWERS})
    monkeypatch.setattr(book, "load", lambda: only)
    monkeypatch.setattr(boto3, "client", lambda *_, **__: client)
    with stubber:
        assert prices.main() == 1
    assert capsys.readouterr().out.splitlines() == [
        "internet-egress: 0.114 in the book, 0.12 in AWS's list",
        "nat-gateway: 0.062 in the book, 0.062 or 0.07 in AWS's list",
        "alb-lcu: 0.008 in the book, nothing in AWS's list",
    ]
