"""What CloudFront costs a month, from what it delivers."""

from collections.abc import Iterator
from decimal import Decimal

from infra.checks.template import Resource
from infra.cost import usage
from infra.cost.book import Book
from infra.cost.charge import Charge, Line, Month

DATA, REQUESTS = "cloudfront-data", "cloudfront-requests"
"""The price book's keys."""

_REQUESTS_PER_UNIT = 10**4


def delivery(
    book: Book, gigabytes: Decimal, requests: Decimal, *, allowance: bool = False
) -> Decimal:
    """US dollars for a month of so many GB and HTTPS requests in Japan, tier by tier.

    With `allowance`, less what is always free in an account that has no other distribution.
    """
    cost = Decimal(0)
    for key, units in ((DATA, gigabytes), (REQUESTS, requests / _REQUESTS_PER_UNIT)):
        price = book[key]
        free = min(units, price.free) if allowance else Decimal(0)
        cost += price.cost(units) - price.cost(free)
    return cost


def _distribution(resource: Resource, month: Month) -> Iterator[Charge]:
    """What it delivers, and its access log, which is as large as a load balancer's."""
    data = month.share(usage.EGRESS, resource)
    requests = month.share(usage.REQUESTS, resource)
    yield Charge(Line.CDN, DATA, data, "{} GB", data)
    yield Charge(Line.CDN, REQUESTS, requests / _REQUESTS_PER_UNIT, "requests: {}", requests)
    stored = month.share(usage.ACCESS_LOGS, resource)
    yield Charge(Line.STORED, "s3-storage", stored, "{} GB in S3", stored)


PRICED = {"AWS::CloudFront::Distribution": _distribution}
