"""What CloudFront costs a month, from what it delivers."""

from decimal import Decimal

from infra.cost.book import Book


def delivery(
    book: Book, gigabytes: Decimal, requests: Decimal, *, allowance: bool = False
) -> Decimal:
    """US dollars for a month of so many GB and HTTPS requests in Japan, tier by tier.

    With `allowance`, less what is always free in an account that has no other distribution.
    """
    cost = Decimal(0)
    for key, units in (("cloudfront-data", gigabytes), ("cloudfront-requests", requests / 10**4)):
        price = book[key]
        free = min(units, price.free) if allowance else Decimal(0)
        cost += price.cost(units) - price.cost(free)
    return cost
