"""The estimate: what a template has decides how many units of which price are charged."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from tests.photos import Photos, photos
from tests.working import designed

from infra.product import PRODUCT
from ishizue_ops import project, synth
from ishizue_ops.config import ConfigError
from ishizue_ops.cost import __main__ as command
from ishizue_ops.cost import book, prices
from ishizue_ops.cost.charges import Month
from ishizue_ops.cost.estimate import bill
from ishizue_ops.cost.page import Page
from ishizue_ops.cost.stated import costs
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.edit import Edit, change, edited

BOOK = book.load()
D = Decimal
HOURS = D(730)


def test_a_region_without_prices_is_refused_before_anything_is_synthesized(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REGION", "ap-northeast-3")
    monkeypatch.setattr(synth, "synthesize", None)
    with pytest.raises(ConfigError, match="no prices of ap-northeast-3"):
        command.main([])


# What is not the design's


def test_what_nobody_priced_is_named_in_the_table_and_its_sum_and_changes_no_other_line() -> None:
    month = bill(Month(photos()), BOOK)
    usual = bill(Month(designed("with", "DATABASE=none")[1]), BOOK)
    assert month.lines == usual.lines
    *_, bucket, queue, cdn, total = Page("en", {}).lines(month).splitlines()
    names = "S3::Bucket Uploads", "SQS::Queue Events", "CloudFront::Distribution Cdn"
    for row, name in zip((bucket, queue, cdn), names, strict=True):
        assert row.startswith(f"| not priced: AWS::{name} | ")
        assert row.endswith("|  |")
        assert f"not priced: AWS::{name}" in total
    assert "価格なし：AWS::S3::Bucket Uploads" in Page("ja", {}).lines(month)


def test_what_its_maker_says_of_a_construct_is_its_price_there_and_nowhere_else() -> None:
    def priced(made: Photos) -> None:
        costs(made.bucket, "S3: photos", usd="0.025", units=50, unit="GB-month")
        costs(made.bucket, "S3: photos", usd="0", unit="1,000 requests")
        with pytest.raises(ValueError, match="NotesState has no resource"):
            costs(made.state, "S3: photos", usd="1")
        for amount in ("cheap", "-1", "NaN", "Infinity"):
            with pytest.raises(ValueError, match=f"usd='{amount}', units=1: no amount"):
                costs(made.bucket, "S3: photos", usd=amount)

    month = bill(Month(photos(priced)), BOOK)
    row = "| S3: photos | 50 x GB-month at 0.025; 1 x 1,000 requests at 0 | 1.25 |"
    assert row in Page("en", {}).lines(month)
    assert [each.where for each in month.unpriced] == ["Events", "Cdn"]


def test_a_product_has_its_own_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    _, design = designed("with", "DATABASE=none")
    before = bill(Month(design), BOOK).lines
    product = replace(PRODUCT, usage={"requests": 20_000_000})
    monkeypatch.setattr(project, "product", lambda: product)
    month = bill(Month(design), BOOK).lines
    changed = {line for line in before if month[line] != before[line]}
    assert changed == {"Load balancer capacity"}
    product = replace(PRODUCT, usage={"request": 1})
    with pytest.raises(ConfigError, match=r"'request'.*requests, logs"):
        bill(Month(design), BOOK)


@pytest.mark.parametrize(
    "edit",
    [
        change("AWS::RDS::DBInstance", StorageType="io1"),
        change("AWS::RDS::DBInstance", DBInstanceClass="db.r9.huge"),
    ],
)
def test_a_property_that_changes_the_price_is_named(designs: Designs, edit: Edit) -> None:
    [finding] = bill(Month(edited(designs("rds"), edit)), BOOK).unpriced
    assert finding.type == "AWS::RDS::DBInstance"


# The design


def test_a_worker_and_a_job_have_lines_of_their_own() -> None:
    _, design = designed("with", "DATABASE=none")
    made = bill(Month(design), BOOK).charges
    vcpus = {each.line: each.quantity for each in made if each.price.key == "fargate-x86-vcpu"}
    assert vcpus == {
        "ECS Fargate": 2 * HOURS,
        "ECS Fargate: WorkerDeliver": HOURS / 2,
        "ECS Fargate: WorkerMailOut": HOURS / 4,
        "ECS Fargate: JobPurge": D("1.25"),
    }
    assert [each.price.key for each in made].count("custom-metric") == 1, "all send the same"


def test_units_beyond_a_tier_have_its_price() -> None:
    tiers = {"10": D("0.5"), "30": D("0.25")}
    price = replace(BOOK["alb"], usd=D(1), tiers=tiers)
    assert [price.cost(D(n)) for n in (0, 10, 12, 30, 34)] == [0, 10, 11, 20, 21]


@pytest.mark.parametrize("wrong", ["0", "cheap", "1e9"])
def test_a_rate_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ConfigError, match=f"YEN={wrong}"):
        Page("en", {"YEN": wrong})


# The book, compared with responses of the Price List API by `make prices`


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
