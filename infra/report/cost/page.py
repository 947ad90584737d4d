"""The estimate as a page of Markdown: totals, the document's lines, the others, the prices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from infra.report.cost.book import Book, Price
from infra.report.cost.charge import Line, Month, Size, number, plain
from infra.report.cost.document import BASE, DATABASE, Figure, of_document
from infra.report.cost.estimate import Bill, bill, cents
from infra.report.cost.free import FREE
from infra.report.cost.usage import HOURS, Usage
from infra.report.template import Design

_ARCHITECTURES = {"x86": "X86_64", "ARM": "ARM64"}
_NAMES = {"none": "no database", "rds": "RDS", "aurora": "Aurora"}

_INTRODUCTION = """\
# What it costs

US dollars a month, before tax, on demand, in {region}. Written by `make cost`: how many of what
comes from the synthesized templates, how much is used from the assumptions below, and what each
costs from the price book of {date}, where each price has the month in which AWS's list said it.
A month has {hours} hours. Each line is rounded once, to the cent, and every sum is the sum of the
figures shown: the columns add up.

`*` marks a price whose key in AWS's list was inferred, `?` one of low confidence.
"""

_MORE: Sequence[tuple[str, str, int]] = (
    ("a load balancer capacity unit", "alb-lcu", HOURS),
    ("10 GB of logs", "log-ingestion", 10),
    ("10 GB out to the internet", "internet-egress", 10),
    ("10 GB through the NAT gateway", "nat-gateway-data", 10),
    ("a million DNS queries that are no alias's", "dns-queries", 1),
    ("a second NAT gateway (`NAT_GATEWAYS=2`)", "nat-gateway", HOURS),
    ("and its address", "public-ipv4", HOURS),
    ("the firewall (`WAF=on`)", "waf-acl", 1),
    ("a rule of it", "waf-rule", 1),
    ("a million requests through it", "waf-requests", 1),
)
"""What more of something costs: the price's key, and how many units."""

_MORE_WORDS = """\
More tasks come with more traffic, and the totals leave the traffic as it is. One more, a month:
"""

_NOT_COUNTED = """\
- AWS's monthly allowances (the first alarms, metrics, dashboards, logs and traffic): they belong
  to the account, and something else in it may use them. In an account of its own the smallest
  month is cheaper by {free}.
- The minutes in which a deployment runs the old tasks and the new, and the migration's own task.
- Traffic between the zones, and what S3 asks for writing the access log.
- CPU credits that db.t3 borrows when it is busy for hours, and backups beyond the disk's size.
- Support, tax, and the domain's yearly fee.
"""


@dataclass(frozen=True)
class _Column:
    """A month of a design: how many tasks and how large a database all month long."""

    label: str
    tasks: Size
    database: Size


def page(designs: Mapping[str, Design], book: Book, usage: Usage) -> str:
    """The whole report on the designs, by the database that each one has.

    Raises CostError or BookError for what has no price.
    """
    parts = {
        "Totals": _totals(designs, book, usage),
        **{f"With {_NAMES[name]}": _lines(of, book, usage) for name, of in designs.items()},
        "One more": _more(book),
        "Assumed usage": _assumptions(usage),
        "Not counted": _not_counted(designs, book, usage),
        "Prices": _prices(designs, book, usage),
        "Free": _free(designs),
    }
    head = _INTRODUCTION.format(region=book.region, date=book.date, hours=HOURS)
    return head + "".join(f"\n## {title}\n\n{body}" for title, body in parts.items())


def _columns(design: Design) -> list[_Column]:
    """Each size that the database may have with the fewest tasks, then with the most."""
    tasks = _range(design, "AWS::ApplicationAutoScaling::ScalableTarget")
    units = _range(design, "AWS::RDS::DBCluster", "ServerlessV2ScalingConfiguration")
    return [
        _Column(f"{count} tasks" + (f", {acu} ACU" if acu else ""), size, database)
        for size, count in (tasks or {Size.LEAST: "its"}).items()
        for database, acu in (units or {Size.LEAST: ""}).items()
    ]


def _range(design: Design, type_: str, *inside: str) -> dict[Size, str]:
    """The ends between which a resource of the type scales; nothing where there is none."""
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


def _totals(designs: Mapping[str, Design], book: Book, usage: Usage) -> str:
    rows = []
    for name, design in designs.items():
        for column in _columns(design):
            month = Month(design, column.tasks, column.database, usage)
            row = [f"{_NAMES[name]}, {column.label}"]
            for kind in _ARCHITECTURES.values():
                total = bill(month.on(kind), book)
                row += [_usd(total.total(of_document)), _usd(total.total())]
            rows.append(row)
    head = [f"{kind}: {part}" for kind in _ARCHITECTURES for part in ("document's lines", "all")]
    return _table(["", *head], rows)


def _lines(design: Design, book: Book, usage: Usage) -> str:
    columns = _columns(design)
    bills = [bill(Month(design, column.tasks, column.database, usage), book) for column in columns]
    labels = [column.label for column in columns]
    compared = [b for b, column in zip(bills, columns, strict=True) if column.tasks is Size.LEAST]
    return (
        _documented(bills, labels, (compared[0], compared[-1]))
        + "\nWhat the document left out:\n\n"
        + _others(bills, labels)
    )


def _documented(bills: Sequence[Bill], labels: Sequence[str], compared: tuple[Bill, Bill]) -> str:
    """The document's lines beside its figures, which are for the fewest tasks."""
    rows = [_compared(line, figure, bills, compared) for line, figure in BASE.items()]
    rows.append(_summed(BASE, bills, compared))
    databases = {line: figure for line, figure in DATABASE.items() if line in bills[0].lines}
    if databases:
        rows += [_compared(line, figure, bills, compared) for line, figure in databases.items()]
        rows.append(_summed({**BASE, **databases}, bills, compared))
    return _table(["line", "of what", "document", *labels, "difference", "why"], rows)


def _compared(
    line: Line, figure: Figure, bills: Sequence[Bill], compared: tuple[Bill, Bill]
) -> list[str]:
    low, high = (b.cost(line) for b in compared)
    return [
        _marked(line, bills[0]),
        bills[0].of(line),
        figure.shown,
        *(_usd(b.cost(line)) for b in bills),
        figure.difference(low, high),
        figure.why if low != figure.low else "right",
    ]


def _summed(
    figures: Mapping[Line, Figure], bills: Sequence[Bill], compared: tuple[Bill, Bill]
) -> list[str]:
    document = Figure(
        sum((figure.low for figure in figures.values()), Decimal(0)),
        sum((figure.high for figure in figures.values()), Decimal(0)),
    )
    low, high = (b.total(lambda line: line in figures) for b in compared)
    sums = (_usd(b.total(lambda line: line in figures)) for b in bills)
    cells = (document.shown, *sums, document.difference(low, high))
    return ["**sum**", "", *(f"**{cell}**" for cell in cells), ""]


def _others(bills: Sequence[Bill], labels: Sequence[str]) -> str:
    rows = [
        [
            _marked(line, bills[0]),
            bills[0].of(line),
            *(_usd(b.cost(line)) for b in bills),
        ]
        for line in bills[0].lines
        if not of_document(line)
    ]
    sums: Mapping[str, Callable[[Line], bool]] = {
        "sum": lambda line: not of_document(line),
        "with the document's lines": lambda _: True,
    }
    for name, which in sums.items():
        rows.append([f"**{name}**", "", *(f"**{_usd(b.total(which))}**" for b in bills)])
    return _table(["line", "of what", *labels], rows)


def _marked(line: Line, of: Bill) -> str:
    return f"{line} {of.marks(line)}".strip()


def _more(book: Book) -> str:
    rows = [
        [f"{what} {book[key].mark}".strip(), _usd(cents(book[key].usd * count))]
        for what, key, count in _MORE
    ]
    return _MORE_WORDS + "\n" + _table(["", "USD"], rows)


def _assumptions(usage: Usage) -> str:
    rows = [
        [amount.what, f"{plain(amount.value)} {amount.unit}".strip(), amount.why]
        for amount in usage
    ]
    why = "the requests, each on a connection of its own; an LCU carries 25 new ones a second"
    rows.append(["load balancer capacity", f"{usage.lcus:.2f} LCUs", why])
    return _table(["", "a month", "why"], rows)


def _not_counted(designs: Mapping[str, Design], book: Book, usage: Usage) -> str:
    free = {_usd(bill(Month(of, usage=usage), book).free): None for of in designs.values()}
    return _NOT_COUNTED.format(free=" or ".join(free))


def _prices(designs: Mapping[str, Design], book: Book, usage: Usage) -> str:
    """Every price that the page rests on, those of the other processor too."""
    months = (Month(design, usage=usage) for design in designs.values())
    keys = {
        charge.key
        for month in months
        for kind in _ARCHITECTURES.values()
        for charge in bill(month.on(kind), book).charges
    } | {key for _, key, _ in _MORE}
    rows = [_price(price) for key, price in book.prices.items() if key in keys]
    return _table(["", "USD", "for a", "seen", "service", "usage type"], rows)


def _price(price: Price) -> list[str]:
    what, usage_type = f"{price.what} {price.mark}".strip(), f"`{price.match['usagetype']}`"
    return [what, str(price.usd), price.unit, price.seen, price.service, usage_type]


def _free(designs: Mapping[str, Design]) -> str:
    types = {resource.type for design in designs.values() for resource in design.resources}
    rows = [[f"`{type_}`", reason] for type_, reason in FREE.items() if type_ in types]
    return _table(["type", "because"], rows)


def _usd(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
