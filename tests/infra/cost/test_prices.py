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

from infra.cost import book, prices
from infra.cost.prices import Refreshed, refresh


def product(
    *tiers: tuple[str, str], unit: str = "Hrs", currency: str = "USD", terms: int = 1
) -> dict[str, Any]:
    """A product in the shape of AWS's documentation; a tier is its first unit and its price."""
    prices = {
        f"SKU.TERM.{begin}": {"unit": unit, "beginRange": begin, "pricePerUnit": {currency: price}}
        for begin, price in tiers
    }
    return {
        "serviceCode": "AWSELB",
        "terms": {"OnDemand": {f"SKU.TERM{n}": {"priceDimensions": prices} for n in range(terms)}},
    }


ONE, OTHER = product(("0", "0.0250000000")), product(("0", "0.0300000000"))
TIERS = ("100", "2.0000000000"), ("3", "3.0000000000"), ("0", "0.0000000000")
ANSWERS: dict[str, list[list[dict[str, Any]]]] = {
    "one price": [[ONE]],
    "tiers, the first of them free, out of order": [[product(*TIERS, unit="Dashboards")]],
    "a price for one query": [
        [product(("0", "0.0000004000"), ("1000000000", "0.0000002000"), unit="Queries")]
    ],
    "several products": [[ONE, OTHER]],
    "several products, on two pages": [[ONE], [OTHER]],
    "an empty page, then one product": [[], [ONE]],
    "nothing": [[]],
    "another unit": [[product(("0", "0.0004050000"), unit="Mins")]],
    "three times the price": [[product(("0", "0.0729000000"))]],
    "another currency": [[product(("0", "0.17"), currency="CNY")]],
    "free altogether": [[product(("0", "0.0000000000"))]],
    "later tiers": [[product(("0", "0.11"), ("10240", "0.09"), ("51200", "0.05"), unit="GB")]],
    "tiers that begin elsewhere": [[product(("0", "0.11"), ("99", "0.09"), unit="GB")]],
    "two terms": [[product(("0", "0.0250000000"), terms=2)]],
}
"""The pages of each response."""

TODAY = date(2027, 3, 4)

HEAD = """\
# About the book.

date = 2026-11-24  # when
region = "ap-northeast-1"

# Load balancing
"""

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
# Names
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

TIERED = """\
[cloudfront-data]
what = "Data out"
unit = "GB"
usd = 0.11
seen = "2026-09"
confidence = "seen"
service = "AmazonCloudFront"
match = { usagetype = "JP-DataTransfer-Out-Bytes" }
aws_unit = "GB"
tiers = { 10240 = 0.08, 51200 = 0.06 }
"""


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


def expect(stubber: Stubber, answer: str, entry: str) -> None:
    """Expect the requests for one entry of the book, and respond with one of the answers."""
    [table] = tomllib.loads(entry).values()
    filters = [
        {"Type": "TERM_MATCH", "Field": field, "Value": value}
        for field, value in table["match"].items()
    ]
    question = {"ServiceCode": table["service"], "Filters": filters}
    pages = ANSWERS[answer]
    for number, products in enumerate(pages, start=1):
        page = {"FormatVersion": "aws_v1", "PriceList": [json.dumps(one) for one in products]}
        if number < len(pages):
            page["NextToken"] = f"page {number + 1}"
        stubber.add_response("get_products", page, dict(question))
        question["NextToken"] = f"page {number + 1}"


def refreshed(
    stubber: Stubber, client: Any, answer: str, entry: str = ALB, accept: bool = False
) -> Refreshed:
    expect(stubber, answer, entry)
    return refresh(client, HEAD + entry, TODAY, accept)


def test_a_new_price_is_written_and_the_rest_of_the_file_is_unchanged(
    stubber: Stubber, client: Any
) -> None:
    expect(stubber, "one price", ALB)
    expect(stubber, "a price for one query", QUERIES)
    found = refresh(client, HEAD + ALB + "\n" + QUERIES, TODAY)
    assert found.text == (
        HEAD.replace("2026-11-24", "2027-03-04")
        + ALB.replace("0.0243", "0.025").replace("2026-10", "2027-03").replace("low", "seen")
        + "\n"
        + QUERIES.replace("0.40", "0.4")
        .replace("2025-06", "2027-03")
        .replace('aws_unit = ""', 'aws_unit = "Queries"')
    )
    assert found.report.splitlines() == [
        "alb: 0.0243 became 0.025",
        "1 unchanged, 1 changed, 0 not confirmed",
    ]


@pytest.mark.parametrize(
    ("answer", "entry", "usd"),
    [
        (
            "tiers, the first of them free, out of order",
            ALB.replace("0.0243", "2.50").replace('"Hrs"', '""'),
            "3",
        ),
        ("a price for one query", QUERIES, "0.4"),
        ("an empty page, then one product", ALB, "0.025"),
    ],
)
def test_the_price_is_the_first_that_is_not_free_in_the_books_unit(
    stubber: Stubber, client: Any, answer: str, entry: str, usd: str
) -> None:
    [price] = book.read(refreshed(stubber, client, answer, entry).text).prices.values()
    assert price.usd == Decimal(usd)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("nothing", "nothing matches usagetype APN1-LoadBalancerUsage, operation"),
        ("several products", "2 products match"),
        ("several products, on two pages", "2 products match"),
        ("another unit", "the list's unit is Mins, aws_unit is Hrs"),
        ("three times the price", "0.0243 became 0.0729"),
        ("another currency", "no price in US dollars"),
        ("free altogether", "1 on-demand terms with 0 prices above 0"),
        ("two terms", "2 on-demand terms"),
    ],
)
def test_an_unconfirmed_price_is_reported_and_the_book_unchanged(
    stubber: Stubber, client: Any, answer: str, why: str
) -> None:
    found = refreshed(stubber, client, answer)
    assert found.text == HEAD + ALB
    assert why in found.kept["alb"]
    assert "alb: not confirmed" in found.report


def test_an_unconfirmed_price_does_not_stop_the_others(stubber: Stubber, client: Any) -> None:
    expect(stubber, "nothing", ALB)
    expect(stubber, "a price for one query", QUERIES)
    found = refresh(client, HEAD + ALB + QUERIES, TODAY)
    assert ALB in found.text
    assert list(found.kept) == ["alb"]
    assert book.read(found.text)["dns-queries"].seen == "2027-03"


def test_an_unusual_change_is_written_if_accepted_but_never_another_unit(
    stubber: Stubber, client: Any
) -> None:
    found = refreshed(stubber, client, "three times the price", accept=True)
    assert book.read(found.text)["alb"].usd == Decimal("0.0729")
    assert refreshed(stubber, client, "another unit", accept=True).text == HEAD + ALB


def test_tiers_are_refreshed_with_their_price(stubber: Stubber, client: Any) -> None:
    found = refreshed(stubber, client, "later tiers", TIERED)
    assert "tiers = { 10240 = 0.09, 51200 = 0.05 }\n" in found.text
    assert found.changed == {"cloudfront-data": "its tiers changed"}
    elsewhere = refreshed(stubber, client, "tiers that begin elsewhere", TIERED)
    assert elsewhere.text == HEAD + TIERED
    accepted = refreshed(stubber, client, "tiers that begin elsewhere", TIERED, accept=True)
    assert book.read(accepted.text)["cloudfront-data"].tiers == {Decimal(99): Decimal("0.09")}


def test_revising_a_price_changes_only_four_fields() -> None:
    text = book.PATH.read_text("utf-8")
    old = book.read(text)
    for key in old.prices:
        text = book.revised(text, key, Decimal(7), 'a "unit"', TODAY)
    new = book.read(text)
    for key, price in old.prices.items():
        changed = {"usd": Decimal(7), "seen": "2027-03", "confidence": "seen"}
        assert vars(new[key]) == {**vars(price), **changed, "aws_unit": 'a "unit"'}
    assert text.count("#") == book.PATH.read_text("utf-8").count("#")


def test_missing_credentials_are_one_line_and_the_book_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    path = tmp_path / "book.toml"
    path.write_text(HEAD + ALB, "utf-8")
    assert prices.main([], path) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "no AWS credentials" in said.err
    assert path.read_text("utf-8") == HEAD + ALB


@pytest.mark.parametrize(
    ("answer", "code", "untouched"),
    [("one price", 0, False), ("nothing", 1, True), (None, 2, True)],
)
def test_the_exit_code_says_whether_every_price_was_confirmed(
    answer: str | None,
    code: int,
    untouched: bool,
    stubber: Stubber,
    client: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(boto3.Session, "client", lambda *_, **__: client)
    path = tmp_path / "book.toml"
    path.write_text(HEAD + ALB, "utf-8")
    if answer is None:
        stubber.add_client_error("get_products", "ExpiredTokenException", "The token has expired")
    else:
        expect(stubber, answer, ALB)
    assert prices.main([], path) == code
    assert (path.read_text("utf-8") == HEAD + ALB) is untouched
    assert ("expired" in capsys.readouterr().err) is (answer is None)
