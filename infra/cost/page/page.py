"""The estimate as a page of Markdown."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from infra.checks.template import Design
from infra.config import ZONES
from infra.cost.book import Book, Price
from infra.cost.charge import Line, Month, plain
from infra.cost.estimate import bill, cents
from infra.cost.free import FREE
from infra.cost.page import bills, cloudfront
from infra.cost.page.columns import ARCHITECTURES, NAMES
from infra.cost.page.markdown import table, usd
from infra.cost.usage import ASSUMED, HOURS

_INTRODUCTION = """\
# Cost

US dollars a month, before tax, on demand, in {region}. Written by `make cost` from the synthesized
templates, the usage assumed below, and the price book of {date}, which dates each price by month.
A month has {hours} hours. Each line is rounded once, to the cent, and the columns add up.

`*` marks a price whose key in AWS's list was inferred, `?` one of low confidence.
"""

_MORE: Sequence[tuple[str, str, int]] = (
    ("a load balancer capacity unit", "alb-lcu", HOURS),
    ("10 GB of logs", "log-ingestion", 10),
    ("10 GB out to the internet", "internet-egress", 10),
    ("10 GB through the NAT gateway", "nat-gateway-data", 10),
    ("a million DNS queries, other than to an alias", "dns-queries", 1),
    ("a second NAT gateway (`NAT_GATEWAYS=2`)", "nat-gateway", HOURS),
    ("its address", "public-ipv4", HOURS),
    ("the firewall (`WAF=on`)", "waf-acl", 1),
    ("a rule of it", "waf-rule", 1),
    ("a million requests through it", "waf-requests", 1),
    ("a copy of backups elsewhere (`BACKUP_COPY_REGION`): its key", "kms-key", 1),
    ("20 GB of copies kept there", "rds-backup", 20),
    ("10 GB of backups sent there", "region-egress", 10),
    ("RDS's disk grown to its ceiling: 20 GB", "rds-gp3-multi-az", 20),
    (
        "RDS Extended Support, where it is on: 2 vCPUs in each zone",
        "rds-extended-support",
        4 * HOURS,
    ),
    ("the same of Aurora: 0.5 ACU in each zone", "aurora-extended-support", HOURS),
    ("the check from outside (`OUTSIDE_CHECK=on`)", "health-check", 1),
    ("over HTTPS", "health-check-option", 1),
    ("alarms that see a canary's target group too (`DEPLOYMENT=canary`)", "alarm", 4),
)
"""What one more costs: the price's key and the number of units."""

_MORE_WORDS = """\
The totals assume the same traffic for any number of tasks. A month of one more:
"""

_ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
"""What the tasks reach through the NAT gateway: an interface endpoint each would replace it."""

_ENDPOINT_WORDS = """\
Image layers come from S3 through a gateway endpoint, which is free. The tasks reach the other
services (`{services}`) through the NAT gateway.
Interface endpoints, one for each service and zone, would replace it; nothing else would be
reachable then:
"""

_ENVIRONMENT_WORDS = """\
`ENVIRONMENT=staging` with the same settings, and no visitors:
"""

_NOT_COUNTED = """\
- AWS's free allowances (the first alarms, metrics, dashboards, logs and traffic), which belong to
  the account. In an account of its own the smallest month is cheaper by {free}.
- The minutes in which a deployment runs old and new tasks, and the migration task.
- Traffic between zones, and S3's requests for the access log.
- CPU credits that db.t3 borrows when it is busy for hours, and backups beyond the disk's size.
- What CloudFront sends to the load balancer with a write (0.06 a GB), and invalidations of more
  than 1,000 paths a month.
- Support, tax, and the domain's yearly fee.
"""


def page(designs: Mapping[str, Design], book: Book, edge: Design | None = None) -> str:
    """The page about the designs by database, and the first of them with CloudFront.

    Raises CostError or BookError.
    """
    named, first = next(iter(designs.items()))
    parts = {
        "Totals": bills.totals(designs, book),
        **{f"With {NAMES[name]}": bills.lines(of, book) for name, of in designs.items()},
        **({"CloudFront": cloudfront.text(NAMES[named], first, edge, book)} if edge else {}),
        "One more": _more(book),
        "Endpoints instead of the NAT gateway": _endpoints(book),
        "A second environment": _environment(designs, book),
        "Assumed usage": _assumptions(),
        "Not counted": _not_counted(designs, book),
        "Prices": _prices([*designs.values(), *([edge] if edge else [])], book),
        "Free": _free([*designs.values(), *([edge] if edge else [])]),
    }
    head = _INTRODUCTION.format(region=book.region, date=book.date, hours=HOURS)
    return head + "".join(f"\n## {title}\n\n{body}" for title, body in parts.items())


def _more(book: Book) -> str:
    rows = [
        [f"{what} {book[key].mark}".strip(), usd(cents(book[key].usd * count))]
        for what, key, count in _MORE
    ]
    return _MORE_WORDS + "\n" + table(["", "USD"], rows)


def _endpoints(book: Book) -> str:
    gateway = HOURS * (book["nat-gateway"].usd + book["public-ipv4"].usd)
    interfaces = HOURS * book["interface-endpoint"].usd * len(_ENDPOINTS) * len(ZONES)
    rows = [
        ["one NAT gateway and its address", usd(cents(gateway)), book["nat-gateway-data"].usd],
        ["one in each zone", usd(cents(gateway * len(ZONES))), book["nat-gateway-data"].usd],
        [
            f"{len(_ENDPOINTS)} interface endpoints in {len(ZONES)} zones",
            usd(cents(interfaces)),
            book["interface-endpoint-data"].usd,
        ],
    ]
    words = _ENDPOINT_WORDS.format(services="`, `".join(_ENDPOINTS))
    return words + "\n" + table(["", "USD", "USD a GB"], [list(map(str, row)) for row in rows])


def _environment(designs: Mapping[str, Design], book: Book) -> str:
    rows = []
    for name, design in designs.items():
        month = bill(Month(design, traffic=Decimal(0)), book)
        # Fargate's smallest task has a quarter of the processor and of the memory.
        small = month.total() - cents(month.cost(Line.FARGATE) * 3 / 4)
        rows.append([NAMES[name], usd(month.total()), usd(small)])
    head = ["", "2 tasks", "with `TASK_CPU=256 TASK_MEMORY=512`"]
    return _ENVIRONMENT_WORDS + "\n" + table(head, rows)


def _assumptions() -> str:
    rows = [
        [amount.what, f"{plain(round(amount.value, 2))} {amount.unit}".strip(), amount.why]
        for amount in ASSUMED
    ]
    return table(["", "a month", "why"], rows)


def _not_counted(designs: Mapping[str, Design], book: Book) -> str:
    free = {usd(bill(Month(of), book).free): None for of in designs.values()}
    return _NOT_COUNTED.format(free=" or ".join(free))


def _prices(designs: Sequence[Design], book: Book) -> str:
    """Every price on the page, of both architectures."""
    keys = (
        {key for _, key, _ in _MORE}
        | {"interface-endpoint", "interface-endpoint-data"}
        | {
            charge.key
            for design in designs
            for kind in ARCHITECTURES.values()
            for charge in bill(Month(design, architecture=kind), book).charges
        }
    )
    rows = [_price(price) for key, price in book.prices.items() if key in keys]
    return table(["", "USD", "for a", "seen", "service", "usage type"], rows)


def _price(price: Price) -> list[str]:
    what, usage_type = f"{price.what} {price.mark}".strip(), f"`{price.match['usagetype']}`"
    return [what, str(price.usd), price.unit, price.seen, price.service, usage_type]


def _free(designs: Sequence[Design]) -> str:
    types = {resource.type for design in designs for resource in design.resources}
    rows = [[f"`{type_}`", reason] for type_, reason in FREE.items() if type_ in types]
    return table(["type", "because"], rows)
