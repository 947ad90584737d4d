"""The panels under the drawing: the steps of the traffic flows, and the security group rules."""

from itertools import groupby, pairwise

from ishizue_ops.drawing.contents import STORES, Contents
from ishizue_ops.drawing.shapes import PAGE, Drawing, Rect, text_width

HEAD = 34.0
ROW = 25.0
FLOWS_WIDTH = 580.0
GAP = 16.0
COLUMNS = (8.0, 62.0, 130.0, 256.0)  # of the rules: group, direction, port, peer


def panels(drawing: Drawing, contents: Contents, corner: Rect) -> float:
    """Draw both panels side by side, as wide as `corner`, downwards. Returns their height."""
    steps = _steps(contents)
    groups = len({group for group, *_ in contents.rules})
    table = HEAD + ROW * (len(contents.rules) + 1) + 4 * groups + 6
    height = max(HEAD + ROW * (len([*steps.values()][-1]) + 2) + 12, table)
    flows = Rect(corner.x, corner.y, FLOWS_WIDTH, height)
    rules = Rect(flows.right + GAP, corner.y, corner.width - FLOWS_WIDTH - GAP, height)
    _flows(drawing, contents, steps, flows)
    _rules(drawing, contents, rules)
    return height


def _steps(contents: Contents) -> dict[str, list[str]]:
    """The steps of each flow, whose numbers are in the drawing."""
    subnet = "Private Subnet" if contents.cdn else "Public Subnet"
    stops = [
        (contents.words.users, ""),
        *([("Route 53", "")] if "route53" in contents.labels else []),
        *([("CloudFront", contents.words.cache)] if contents.cdn else []),
        ("ALB", subnet),
        ("ECS Tasks", f"{contents.task_subnets} Subnet"),
    ]
    steps = {"page": [*_ways(stops), contents.words.processing, contents.words.response]}
    if contents.store:
        store = STORES[contents.store][0]
        ways = _ways([*stops, (store, "Private Subnet")])
        steps["data"] = [*ways, contents.words.use.format(store), contents.words.response]
    return steps


def _ways(stops: list[tuple[str, str]]) -> list[str]:
    return [
        f"{source} → {target}" + (f" ({where})" if where else "")
        for (source, _), (target, where) in pairwise(stops)
    ]


def _flows(drawing: Drawing, contents: Contents, steps: dict[str, list[str]], rect: Rect) -> None:
    drawing.frame("flows", PAGE, rect, "panel", (contents.words.flows,))
    column = (rect.width - 24) / 2
    for index, (style, texts) in enumerate(steps.items()):
        x, top = rect.x + 12 + index * column, rect.y + HEAD
        _sample(drawing, style, x, top, contents.words.names[style], bold=True)
        for step, text in enumerate(texts, start=1):
            y = top + ROW * step
            name = f"step-{style}-{step}"
            # What both flows share is drawn once.
            look = "page" if text in steps["page"][: step + 1] and step < len(texts) else style
            drawing.disc(name, "flows", (x + 13, y + ROW / 2), look, step)
            drawing.text(f"{name}-text", "flows", Rect(x + 28, y, column - 28, ROW), text)
    others = {style: contents.words.names[style] for style in ("service", "manages")}
    if len(contents.instances) > 1:
        others["replica"] = contents.words.between_instances[contents.store]
    x = rect.x + 12
    for style, name in others.items():
        x += _sample(drawing, style, x, rect.bottom - 6 - ROW, name)


def _sample(
    drawing: Drawing, style: str, x: float, y: float, name: str, *, bold: bool = False
) -> float:
    """Draw a line of the legend with its name. Returns its width."""
    drawing.line(f"sample-{style}", style, ((x, y + ROW / 2), (x + 34, y + ROW / 2)), ())
    room = text_width(name, 12) + 2
    drawing.text(f"legend-{style}", "flows", Rect(x + 40, y, room, ROW), name, bold=bold)
    return 44 + room


def _rules(drawing: Drawing, contents: Contents, rect: Rect) -> None:
    """The table, with a band for each group."""
    drawing.frame("rules", PAGE, rect, "panel", ("Security Groups",))
    x = rect.x + 6
    y = rect.y + HEAD
    width = rect.width - 12
    _row(drawing, "rules", Rect(x, y, width, ROW), contents.words.rules, bold=True)
    y += ROW
    for group, of_group in groupby(contents.rules, key=lambda row: row[0]):
        rows = [*of_group]
        band = f"rules-{group}"
        drawing.frame(band, "rules", Rect(x, y, width, ROW * len(rows)), "band")
        for index, row in enumerate(rows):
            cells = row if index == 0 else ("", *row[1:])
            _row(drawing, band, Rect(x, y, width, ROW), cells)
            y += ROW
        y += 4


def _row(
    drawing: Drawing, parent: str, rect: Rect, cells: tuple[str, ...], *, bold: bool = False
) -> None:
    ends = (*COLUMNS[1:], rect.width)
    for index, (text, start, end) in enumerate(zip(cells, COLUMNS, ends, strict=True)):
        if text:
            place = Rect(rect.x + start, rect.y, end - start - 4, ROW)
            name = f"{parent}-{rect.y:g}-{index}"
            drawing.text(name, parent, place, text, bold=bold or index == 0)
