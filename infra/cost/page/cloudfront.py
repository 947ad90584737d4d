"""What CloudFront changes in a month, and what larger months of it cost."""

from decimal import Decimal

from infra.checks.template import Design
from infra.cost import cdn
from infra.cost.book import Book
from infra.cost.charge import Line, Month
from infra.cost.estimate import bill, cents
from infra.cost.page.markdown import bold, table, usd

_WORDS = """\
A month with {name} and two tasks, and CloudFront before the load balancer (`CDN=on`). Fetches from
the balancer and VPC origins are free. Every request is assumed to reach the balancer and the tasks,
as without CloudFront: what its cache spares them is not counted.
"""

_ALLOWANCE = """\
CloudFront gives every account 1 TB out and 10 million requests a month, always. Not deducted above:
"""

_PLANS = """\
CloudFront also sells plans without overage for one distribution (since November 2025: Free, Pro 15,
Business 200, Premium 1,000 dollars a month). They include the firewall, which they require
(`WAF=on`), DNS and the ingestion of logs. This design has cache policies of its own, which need
Business: with the firewall, and after the allowance, it costs less than these rates from about 110
million requests a month. The template subscribes to no plan.
"""

_DELIVERIES = [
    (Decimal(gigabytes), Decimal(millions))
    for gigabytes, millions in ((50, 10), (1024, 200), (10240, 2000))
]
"""GB, and millions of requests of 5 KB each."""


def text(name: str, without: Design, edge: Design, book: Book) -> str:
    """The lines that CloudFront changes, and CloudFront's rates for larger months."""
    before, after = (bill(Month(of), book) for of in (without, edge))
    changed = [line for line in Line if before.cost(line) != after.cost(line)]
    rows = [
        [
            f"{line} {after.marks(line)}".strip(),
            after.of(line) or "none",
            usd(before.cost(line)),
            usd(after.cost(line)),
        ]
        for line in changed
    ]
    totals = (bold(usd(each.total())) for each in (before, after))
    changes = table(
        ["line", "quantity", "`CDN=off`", "`CDN=on`"], [*rows, ["**all lines**", "", *totals]]
    )
    deliveries = [
        [
            f"{gigabytes:,} GB, {millions:,} million requests",
            *(
                usd(cents(cdn.delivery(book, gigabytes, millions * 10**6, allowance=allowance)))
                for allowance in (False, True)
            ),
        ]
        for gigabytes, millions in _DELIVERIES
    ]
    larger = table(["a month, in Japan", "USD", "after the allowance"], deliveries)
    return "\n".join([_WORDS.format(name=name), changes, _ALLOWANCE, larger, _PLANS])
