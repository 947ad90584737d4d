"""The panels under the drawing: the steps of the traffic flows, and the security group rules."""

from collections.abc import Iterator
from itertools import chain, groupby

from infra.checks.security_groups import ANYWHERE
from infra.drawing import words
from infra.drawing.facts import Facts, Rule
from infra.drawing.picture import (
    PAGE,
    Badge,
    Group,
    Line,
    LineStyle,
    Pieces,
    Rect,
    Text,
    text_width,
)

GAP = 16.0
PAD = 12.0
SIZE = 12.0
HEAD = 34.0
ROW = 25.0
FLOWS_WIDTH = 580.0
BAND_GAP = 4.0
COLUMNS = (8.0, 62.0, 130.0, 256.0)  # of the rules: group, direction, port, peer

SERVICES = {443: "HTTPS", 80: "HTTP", 5432: "PostgreSQL"}


def panels(facts: Facts, x: float, y: float, width: float) -> tuple[Pieces, float]:
    """Both panels side by side from this corner, and their height."""
    rows = [*_rows(facts)]
    table = HEAD + ROW * (len(rows) + 1) + BAND_GAP * len(facts.groups) + PAD / 2
    steps = max(map(len, _steps(facts).values()))
    height = max(HEAD + ROW * (steps + 2) + PAD, table)
    flows = Rect(x, y, FLOWS_WIDTH, height)
    rules = Rect(flows.right + GAP, y, width - FLOWS_WIDTH - GAP, height)
    return chain(_flows(facts, flows), _rules(rows, rules)), height


def _steps(facts: Facts) -> dict[LineStyle, tuple[str, ...]]:
    entrance: tuple[str, ...] = ("Route 53 → ALB (Public Subnet)",)
    if facts.cdn:
        entrance = (words.CACHE, "CloudFront → ALB (Private Subnet)")
    common = (words.TO_ROUTE53, *entrance, "ALB → ECS Tasks (Private Subnet)")
    steps: dict[LineStyle, tuple[str, ...]] = {"page": (*common, words.PROCESSING, words.RESPONSE)}
    if facts.database:
        store = "RDS" if facts.database.kind == "rds" else "Aurora"
        there = f"ECS Tasks → {store} (Private Subnet)"
        steps["data"] = (*common, there, words.use(store), words.RESPONSE)
    return steps


def _flows(facts: Facts, rect: Rect) -> Pieces:
    yield Group("flows", PAGE, rect, "panel", (words.FLOWS,))
    column = (rect.width - 2 * PAD) / 2
    for index, (style, steps) in enumerate(_steps(facts).items()):
        left, top = rect.x + PAD + index * column, rect.y + HEAD
        yield _sample(style, left, top)
        yield _text(f"flow-{style}", "flows", left + 42, top, column - 42, words.NAMES[style], True)
        for number, step in enumerate(steps, start=1):
            y = top + ROW * number
            disc = Rect(left + 4, y + (ROW - 18) / 2, 18, 18)
            yield Badge(f"step-{style}-{number}", "flows", disc, number, style)
            yield _text(f"step-{style}-{number}-text", "flows", left + 28, y, column - 28, step)
    left, y = rect.x + PAD, rect.bottom - PAD / 2 - ROW
    for style, name in _others(facts).items():
        yield _sample(style, left, y)
        room = text_width(name, SIZE) + 2
        yield _text(f"legend-{style}", "flows", left + 40, y, room, name)
        left += 40 + room + 4


def _others(facts: Facts) -> dict[LineStyle, str]:
    """The lines that are not traffic flows."""
    others: tuple[LineStyle, ...] = ("service", "manages")
    names = {style: words.NAMES[style] for style in others}
    if facts.database and facts.database.instances > 1:
        names["replica"] = words.BETWEEN_INSTANCES[facts.database.kind]
    return names


def _sample(style: LineStyle, x: float, y: float) -> Line:
    return Line(f"sample-{style}", style, ((x, y + ROW / 2), (x + 34, y + ROW / 2)))


def _rows(facts: Facts) -> Iterator[tuple[str, str, str, str]]:
    """The table's rows: group, direction, port, peer."""
    for name in facts.groups:
        for inbound in (True, False):
            direction = "Inbound" if inbound else "Outbound"
            rules = [one for one in facts.rules if (one.group, one.inbound) == (name, inbound)]
            for rule in rules:
                yield name, direction, _port(rule), _peer(rule, facts)
            if not rules:
                yield name, direction, words.NONE, ""


def _port(rule: Rule) -> str:
    ports = rule.ports
    if ports.protocol == "any":
        return words.ALL_PORTS
    if ports.protocol != "tcp" or ports.first != ports.last:
        return str(ports)
    service = SERVICES.get(ports.first)
    return f"{ports.first} ({service})" if service else f"{ports.first}"


def _peer(rule: Rule, facts: Facts) -> str:
    preposition = "from" if rule.inbound else "to"
    if rule.peer in facts.groups:
        return f"{preposition} {rule.peer} Security Group"
    if rule.peer == str(ANYWHERE) and not rule.inbound:
        return f"{preposition} Internet ({rule.peer})"
    return f"{preposition} {rule.peer}"


def _rules(rows: list[tuple[str, str, str, str]], rect: Rect) -> Pieces:
    """The table, with a band for each group."""
    yield Group("rules", PAGE, rect, "panel", ("Security Groups",))
    left, width = rect.x + PAD / 2, rect.width - PAD
    yield from _row("rules", 0, words.RULES, left, rect.y + HEAD, width, True)
    y, number = rect.y + HEAD + ROW, 0
    for name, found in groupby(rows, key=lambda row: row[0]):
        own = [*found]
        band = f"rules-{name}"
        yield Group(band, "rules", Rect(left, y, width, ROW * len(own)), "band")
        for index, row in enumerate(own):
            number += 1
            shown = row if index == 0 else ("", *row[1:])
            yield from _row(band, number, shown, left, y + ROW * index, width, False)
        y += ROW * len(own) + BAND_GAP


def _row(
    parent: str, number: int, cells: tuple[str, ...], x: float, y: float, width: float, bold: bool
) -> Pieces:
    ends = (*COLUMNS[1:], width)
    for index, (text, start, end) in enumerate(zip(cells, COLUMNS, ends, strict=True)):
        if text:
            name = f"rule-{number}-{index}"
            room = end - start - 4
            yield _text(name, parent, x + start, y, room, text, bold or index == 0)


def _text(
    name: str, parent: str, x: float, y: float, width: float, line: str, bold: bool = False
) -> Text:
    return Text(name, parent, Rect(x, y, width, ROW), (line,), SIZE, bold)
