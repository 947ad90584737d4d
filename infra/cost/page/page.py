"""The estimate as a page of Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from infra.checks.template import Design
from infra.config import ZONES
from infra.cost.book import Book, Price
from infra.cost.charge import Line, Month, Size, number, plain
from infra.cost.estimate import Bill, bill, cents
from infra.cost.free import FREE
from infra.cost.overview import BASE, DATABASE, OVERVIEW, Figure
from infra.cost.page import cloudfront
from infra.cost.page.markdown import bold, table, usd
from infra.cost.usage import ASSUMED, HOURS

_ARCHITECTURES = {"x86": "X86_64", "ARM": "ARM64"}
_NAMES = {"none": "no database", "rds": "RDS", "aurora": "Aurora"}

_INTRODUCTION = """\
# Cost

US dollars a month, before tax, on demand, in {region}. Written by `make cost` from the synthesized
templates, the usage assumed below, and the price book of {date}, which dates each price by month.
The [overview](architecture-overview.ja.md) is the estimate that this repository started from.
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
- What CloudFront sends to the load balancer with a like (0.06 a GB), and invalidations of more than
  1,000 paths a month.
- Support, tax, and the domain's yearly fee.
"""


@dataclass(frozen=True)
class _Column:
    """A design's bill at one size."""

    label: str
    tasks: Size
    bill: Bill


def page(designs: Mapping[str, Design], book: Book, edge: Design | None = None) -> str:
    """The page about the designs by database, and the first of them with CloudFront.

    Raises CostError or BookError.
    """
    named, first = next(iter(designs.items()))
    parts = {
        "Totals": _totals(designs, book),
        **{f"With {_NAMES[name]}": _lines(of, book) for name, of in designs.items()},
        **({"CloudFront": cloudfront.text(_NAMES[named], first, edge, book)} if edge else {}),
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


def _columns(design: Design, book: Book, architecture: str = "") -> list[_Column]:
    """With the fewest tasks, then with the most; each with every size of the database."""
    tasks = _range(design, "AWS::ApplicationAutoScaling::ScalableTarget")
    units = _range(design, "AWS::RDS::DBCluster", "ServerlessV2ScalingConfiguration")
    return [
        _Column(
            f"{count} tasks" + (f", {acu} ACU" if acu else ""),
            size,
            bill(Month(design, size, database, architecture), book),
        )
        for size, count in (tasks or {Size.LEAST: "its"}).items()
        for database, acu in (units or {Size.LEAST: ""}).items()
    ]


def _range(design: Design, type_: str, *inside: str) -> dict[Size, str]:
    """The ends of the range in which a resource of the type scales; empty if there is none."""
    for resource in design.of_type(type_):
        properties = resource.properties
        for name in inside:
            properties = properties.get(name, {})
        ends = {
            size: plain(number(resource, size.value, properties.get(f"{size.value}Capacity")))
            for size in Size
        }
        return ends if len(set(ends.values())) > 1 else {Size.LEAST: ends[Size.LEAST]}
    return {}


def _totals(designs: Mapping[str, Design], book: Book) -> str:
    rows = []
    for name, design in designs.items():
        kinds = [_columns(design, book, kind) for kind in _ARCHITECTURES.values()]
        for columns in zip(*kinds, strict=True):
            totals = [(one.bill.total(OVERVIEW), one.bill.total()) for one in columns]
            cells = (usd(amount) for pair in totals for amount in pair)
            rows.append([f"{_NAMES[name]}, {columns[0].label}", *cells])
    head = [f"{kind}: {part}" for kind in _ARCHITECTURES for part in ("overview's lines", "all")]
    return table(["", *head], rows)


def _lines(design: Design, book: Book) -> str:
    """The overview's lines, compared at the fewest tasks, and the lines that it lacks."""
    columns = _columns(design, book)
    labels, bills = [one.label for one in columns], [one.bill for one in columns]
    ends = [one.bill for one in columns if one.tasks is Size.LEAST]
    compared = (ends[0], ends[-1])

    def costs(lines: Iterable[Line]) -> list[Decimal]:
        return [each.total(tuple(lines)) for each in bills]

    def named(line: Line) -> list[str]:
        return [f"{line} {bills[0].marks(line)}".strip(), bills[0].of(line)]

    def summed(figures: Mapping[Line, Figure]) -> list[str]:
        figure = sum(figures.values(), Figure(Decimal(0), Decimal(0)))
        low, high = (each.total(figures) for each in compared)
        cells = (str(figure), *map(usd, costs(figures)), figure.difference(low, high))
        return ["**sum**", "", *map(bold, cells), ""]

    def rows(figures: Mapping[Line, Figure]) -> list[list[str]]:
        found = []
        for line, figure in figures.items():
            low, high = (each.cost(line) for each in compared)
            cells = (str(figure), *map(usd, costs([line])), figure.difference(low, high))
            found.append([*named(line), *cells, figure.why if low != figure.low else "right"])
        return found

    database = {line: figure for line, figure in DATABASE.items() if line in bills[0].lines}
    overview = [*rows(BASE), summed(BASE)]
    if database:
        overview += [*rows(database), summed({**BASE, **database})]
    others = [line for line in bills[0].lines if line not in OVERVIEW]
    other_rows = [[*named(line), *map(usd, costs([line]))] for line in others]
    for name, lines in (("sum", others), ("with the overview's lines", Line)):
        other_rows.append([bold(name), "", *(bold(usd(cost)) for cost in costs(lines))])
    return (
        table(["line", "quantity", "overview", *labels, "difference", "why"], overview)
        + "\nMissing in the overview:\n\n"
        + table(["line", "quantity", *labels], other_rows)
    )


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
        rows.append([_NAMES[name], usd(month.total()), usd(small)])
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
            for kind in _ARCHITECTURES.values()
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
