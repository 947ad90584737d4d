"""docs/cost.md: the estimate in words and tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from ishizue_ops.cost.book import Book
from ishizue_ops.cost.charge import Line, Month, Size, plain
from ishizue_ops.cost.estimate import Bill, bill, cents, table, usd
from ishizue_ops.cost.usage import ASSUMED, HOURS, MILLION
from ishizue_ops.template import Design, alarms

NAMES = {"none": "no database", "rds": "RDS", "aurora": "Aurora"}
ARCHITECTURES = {"x86": "X86_64", "ARM": "ARM64"}

_INTRODUCTION = """\
# Cost

US dollars a month, before tax, on demand, in {region}. Written by `make cost` from the synthesized
templates, the usage assumed below, and the price book of {date} (`cost/price_book.toml` of
`ishizue-ops`), which has AWS's usage type of each price and the month it was seen. A month has
{hours} hours. Each line is rounded once, to the cent, and the columns add up. `*` marks a price
whose key in AWS's list was inferred, `?` one of low confidence. What costs nothing, and why, is in
`cost/free.py` there.
"""

_CLOUDFRONT = """\
A month with {name} and two tasks, and CloudFront before the load balancer (`CDN=on`). Every request
is assumed to reach the balancer and the tasks: what the cache spares them is not counted.
"""

_ALLOWANCE = """\
CloudFront gives every account 1 TB out and 10 million requests a month. Not deducted above:
"""

_PLANS = """\
CloudFront also sells plans without overage for one distribution, with the firewall (`WAF=on`), DNS
and the ingestion of logs. The design's cache policies need the plan Business, 200 dollars a month,
which costs less than these rates from about 110 million requests a month. The template subscribes
to no plan.
"""

_FLOOR = """
A range is Aurora's, between its capacities. The lower end is a floor: Performance Insights and the
exported log can keep Aurora above its minimum.
"""

_ALARMS = """
With {} {} alarms notify and {} take a release back; with auto scaling's {} they watch {} metrics.
"""

_DELIVERIES = ((50, 10), (1024, 200), (10240, 2000))
"""The examples of a month: GB, and millions of requests of 5 KB each."""


@dataclass(frozen=True)
class Step:
    """One step down from the default to `SIZE=hobby`: its settings, and what is lost."""

    settings: Mapping[str, str]
    lost: str


STEPS = (
    Step(
        {"ARCHITECTURE": "arm64", "TASK_CPU": "256", "TASK_MEMORY": "512"},
        "three quarters of each task's CPU and memory; the image is built for ARM",
    ),
    Step(
        {"NAT_GATEWAYS": "0"},
        "the private network of the tasks: each has a public address, and its security group alone "
        "keeps the internet out",
    ),
    Step({"TASKS": "1"}, "the second task: its loss, or its zone's, is an outage until a new one"),
    Step(
        {"RDS_STANDBY": "off", "DASHBOARD": "off"},
        "the standby: a lost zone means a restore from the backups; and the dashboard",
    ),
    Step({"DATABASE": "none"}, "favorites, or whatever else the service stores"),
)
"""Each step has the settings of those before it. The last but one is `SIZE=hobby`."""

_SMALLER = """\
The default, step by step, to `SIZE=hobby`, and to that without a database. Each part is a setting
of its own. Tasks with public addresses depart from "no direct access from the internet": nothing
but the load balancer may connect to them, but one wrong rule is enough. The default has none.
"""

_MORE: Sequence[tuple[str, Sequence[tuple[str, int]]]] = (
    (
        "a second NAT gateway with its address and alarm (`NAT_GATEWAYS=2`)",
        [("nat-gateway", HOURS), ("public-ipv4", HOURS), ("alarm", 1)],
    ),
    (
        "instead of NAT gateways, an interface endpoint in both zones for each of `ecr.api`, "
        "`ecr.dkr`, `logs` and `secretsmanager`: the tasks reach nothing else then",
        [("interface-endpoint", 8 * HOURS)],
    ),
    ("the firewall (`WAF=on`) with its four rules", [("waf-acl", 1), ("waf-rule", 4)]),
    ("a million requests through it", [("waf-requests", 1)]),
    (
        "copies elsewhere (`BACKUP_COPY_REGION`): a key, a secret, 20 GB of backups, 10 GB of "
        "images, 10 GB sent",
        [
            ("kms-key", 1),
            ("secret", 1),
            ("rds-backup", 20),
            ("ecr-storage", 10),
            ("region-egress", 10),
        ],
    ),
    ("RDS's disk grown to its ceiling: 20 GB", [("rds-gp3-multi-az", 20)]),
    (
        "RDS Extended Support, where it is on: 2 vCPUs in each zone",
        [("rds-extended-support", 4 * HOURS)],
    ),
    ("the same of Aurora: 0.5 ACU in each zone", [("aurora-extended-support", HOURS)]),
    (
        "the external check over HTTPS (`OUTSIDE_CHECK=on`)",
        [("health-check", 1), ("health-check-option", 1)],
    ),
    ("the alarm on a canary's target group too (`DEPLOYMENT=canary`)", [("alarm", 1)]),
)
"""What one more costs: the prices' keys and the numbers of units."""

_NOT_COUNTED = """\
- AWS's free allowances (the first alarms, metrics, dashboards, logs and traffic), which belong to
  the account. In an account of its own the smallest month is cheaper by {free}.
- The minutes in which a deployment runs old and new tasks, and the migration task.
- Traffic between zones, and S3's requests for the access log.
- CPU credits that db.t3 borrows when it is busy for hours, and backups beyond the disk's size.
- What CloudFront sends to the load balancer with a write (0.06 a GB).
- Support, tax, and the domain's yearly fee.
"""


def page(
    designs: Mapping[str, Design],
    book: Book,
    edge: Design | None = None,
    smaller: Sequence[Design] = (),
) -> str:
    """The page about the designs by database, and the first of them with CloudFront.

    `smaller` are those of `STEPS`. Raises CostError or BookError.
    """
    parts = {
        "Totals": _totals(designs, book),
        "Line by line": _lines(designs, book),
        **({"Smaller": _smaller(next(iter(designs.values())), smaller, book)} if smaller else {}),
        **({"CloudFront": _cloudfront(designs, edge, book)} if edge else {}),
        "One more": _more(book),
        "A second environment": _environment(designs, book),
        "Assumed usage": _assumptions(),
        "Not counted": _not_counted(designs, book),
    }
    head = _INTRODUCTION.format(region=book.region, date=book.date, hours=HOURS)
    return head + "".join(f"\n## {title}\n\n{body}" for title, body in parts.items())


def _totals(designs: Mapping[str, Design], book: Book) -> str:
    """What each design costs on each architecture, at each end of how many tasks it has."""
    rows: dict[str, list[str]] = {}  # what does not scale is there once
    for (name, design), tasks in product(designs.items(), Size):
        month = Month(design, tasks)
        months = (replace(month, architecture=kind) for kind in ARCHITECTURES.values())
        rows[f"{NAMES[name]}, {month.size}"] = [
            _range(each.total() for each in _bills(one, book)) for one in months
        ]
    return table(["", *ARCHITECTURES], [[name, *cells] for name, cells in rows.items()]) + _FLOOR


def _bills(month: Month, book: Book) -> list[Bill]:
    """Two bills of a month, with the database at each end of its range."""
    return [bill(replace(month, database=size), book) for size in Size]


def _range(costs: Iterable[Decimal]) -> str:
    """One amount, or two that differ."""
    return " to ".join(dict.fromkeys(map(usd, costs)))


def _lines(designs: Mapping[str, Design], book: Book) -> str:
    """Each line of each design's smallest month."""
    months = [_bills(Month(design), book) for design in designs.values()]
    rows = []
    for line in Line:
        costs = [[each.cost(line) for each in bills] for bills in months]
        having = next((bills[0] for bills in months if bills[0].cost(line)), None)
        if having:
            cells = [_range(both) if any(both) else "" for both in costs]
            rows.append([str(line), having.quantities(line), *cells])
    sums = (_range(each.total() for each in bills) for bills in months)
    rows.append(["**sum**", "", *(f"**{total}**" for total in sums)])
    name, first = next(iter(designs.items()))
    counted = _ALARMS.format(NAMES[name], *alarms(first))
    return table(["line", "quantity and price", *(NAMES[name] for name in designs)], rows) + counted


def _smaller(default: Design, designs: Sequence[Design], book: Book) -> str:
    before = bill(Month(default), book).total()
    rows = [["the default", usd(before), "", ""]]
    for step, design in zip(STEPS, designs, strict=True):
        total = bill(Month(design), book).total()
        settings = " ".join(f"{name}={text}" for name, text in step.settings.items())
        rows.append([f"`{settings}`", usd(total), usd(before - total), step.lost])
        before = total
    return f"{_SMALLER}\n" + table(["with those above", "USD", "saved", "lost"], rows)


def _cloudfront(designs: Mapping[str, Design], edge: Design, book: Book) -> str:
    """The lines that CloudFront changes, and its rates for larger months."""
    name, without = next(iter(designs.items()))
    before, after = (bill(Month(of), book) for of in (without, edge))
    changed = [
        [str(line), after.quantities(line), usd(before.cost(line)), usd(after.cost(line))]
        for line in Line
        if before.cost(line) != after.cost(line)
    ]
    changed.append(["**all lines**", "", *(f"**{usd(each.total())}**" for each in (before, after))])
    deliveries = []
    for gigabytes, millions in _DELIVERIES:
        amounts = Decimal(gigabytes), Decimal(millions * MILLION)
        costs = (_delivery(book, *amounts, allowance) for allowance in (False, True))
        text = f"{gigabytes:,} GB, {millions:,} million requests"
        deliveries.append([text, *(usd(cents(cost)) for cost in costs)])
    return "\n".join(
        [
            _CLOUDFRONT.format(name=NAMES[name]),
            table(["line", "quantity and price", "`CDN=off`", "`CDN=on`"], changed),
            _ALLOWANCE,
            table(["a month, in Japan", "USD", "after the allowance"], deliveries),
            _PLANS,
        ]
    )


def _delivery(book: Book, gigabytes: Decimal, requests: Decimal, allowance: bool) -> Decimal:
    """US dollars for a month of so many GB and HTTPS requests in Japan, tier by tier.

    With `allowance`, less what is always free in an account that has no other distribution.
    """
    cost = Decimal(0)
    for key, units in (("cloudfront-data", gigabytes), ("cloudfront-requests", requests / 10**4)):
        price = book[key]
        free = min(units, price.free) if allowance else Decimal(0)
        cost += price.cost(units) - price.cost(free)
    return cost


def _more(book: Book) -> str:
    rows = []
    for what, parts in _MORE:
        marks = "".join(sorted({book[key].mark for key, _ in parts}))
        cost = sum((book[key].usd * units for key, units in parts), Decimal(0))
        rows.append([f"{what} {marks}".strip(), usd(cents(cost))])
    words = "The totals assume the same traffic for any number of tasks. A month of one more:\n"
    return words + "\n" + table(["", "USD"], rows)


def _environment(designs: Mapping[str, Design], book: Book) -> str:
    rows = []
    for name, design in designs.items():
        bills = _bills(Month(design, traffic=Decimal(0)), book)
        # Fargate's smallest task has a quarter of the processor and of the memory.
        small = (each.total() - cents(each.cost(Line.FARGATE) * 3 / 4) for each in bills)
        rows.append([NAMES[name], _range(each.total() for each in bills), _range(small)])
    head = ["", "2 tasks", "with `TASK_CPU=256 TASK_MEMORY=512`"]
    words = "`ENVIRONMENT=staging` with the same settings, and no visitors:\n"
    return words + "\n" + table(head, rows)


def _assumptions() -> str:
    rows = [
        [amount.what, f"{plain(round(amount.value, 2))} {amount.unit}".strip(), amount.why]
        for amount in ASSUMED
    ]
    return table(["", "a month", "why"], rows)


def _not_counted(designs: Mapping[str, Design], book: Book) -> str:
    free = {usd(bill(Month(of), book).free): None for of in designs.values()}
    return _NOT_COUNTED.format(free=" or ".join(free))
