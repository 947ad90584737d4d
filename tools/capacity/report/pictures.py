"""The pictures of docs/scale.md."""

import math
from collections.abc import Mapping, Sequence

from tools.capacity.bill import PARTS
from tools.capacity.outcomes import READERS, Outcome
from tools.capacity.readers import MINUTES, TELEVISION, by_minute
from tools.capacity.report.svg import Panel, Svg

COLORS = ("one", "two", "three", "four", "five", "six")

Box = tuple[str, str, bool]
"""A name, a line below it, and whether it is new."""

Arrow = tuple[tuple[int, int], tuple[int, int], str]

_HOURS = [(hour * 60, f"{hour}:00") for hour in range(0, 25, 3)]


def readers_of_a_day() -> str:
    """The assumed arrival of readers, minute by minute."""
    svg = Svg(760, 190)
    svg.text(12, 20, "Readers in a minute, per million in the day", "bold")
    shares = [1e6 * share for share in by_minute()]
    top = 16_000
    panel = Panel(svg, 64, 34, 676, 122, (0, MINUTES), (0, top))
    panel.axes(_HOURS, [(value, f"{value:,}") for value in range(0, top + 1, 4_000)])
    points = [(float(minute), share) for minute, share in enumerate(shares)]
    panel.fill(points, "area")
    panel.curve(points, "one")
    return svg.render(
        "Readers by the minute",
        "A peak in the minutes after seven, smaller ones after midnight, at noon and at nine.",
    )


def tasks_of_a_day(outcomes: Mapping[tuple[int, bool], Outcome]) -> str:
    """Tasks over the day for each number of readers, without and with CloudFront."""
    row, most = 84, 10
    svg = Svg(760, 64 + row * len(READERS))
    svg.text(12, 20, "Tasks in service", "bold")
    entries = (
        ("two", "without CloudFront"),
        ("one", "with CDN=on"),
        ("area", "CPU use without, of 100 %"),
    )
    svg.legend(290, 20, entries)
    for number, readers in enumerate(READERS):
        top = 34 + row * number
        panel = Panel(svg, 64, top + 18, 676, row - 26, (0, MINUTES), (0, most))
        svg.text(64, top + 12, f"{readers:,} readers", "quiet bold")
        day = outcomes[readers, False].day
        use = [max(day.utilization[60 * minute : 60 * minute + 60]) for minute in range(MINUTES)]
        panel.fill([(float(minute), most * share) for minute, share in enumerate(use)], "area")
        panel.axes(_HOURS if readers == READERS[-1] else [], [(v, str(v)) for v in (0, 2, 6, 10)])
        for cdn, color, kind in ((False, "two", "line"), (True, "one", "line dashed")):
            panel.steps(minutes(outcomes[readers, cdn].day.tasks), color, kind)
    return svg.render(
        "Tasks over the day",
        "Two tasks are enough up to ten million readers; a hundred million reach ten.",
    )


def link_on_television(outcome: Outcome) -> str:
    """What arrives at the tasks, what they can do, and what is lost."""
    svg = Svg(760, 352)
    first, last = -120, 1200
    day = outcome.day
    shown = TELEVISION * 60 - outcome.begin
    span = range(first, last + 1, 5)

    def at(series: Sequence[float], second: int) -> float:
        return series[int(shown + second)]

    def rate(second: int) -> float:
        return sum(outcome.demand.rates(outcome.begin + shown + second))

    arriving = [(float(second), rate(second)) for second in span]
    able = [(float(second), rate(second) / at(day.offered, second)) for second in span]
    top = _round_up(max(rate for _, rate in arriving))
    times = [(float(second), _minute(second)) for second in range(first, last + 1, 120)]
    svg.text(12, 20, "Requests a second at the tasks, and what they can do", "bold")
    svg.legend(400, 20, (("one", "arriving"), ("three", "possible"), ("bad", "too many")))
    panel = Panel(svg, 64, 34, 670, 150, (first, last), (0, top))
    over = [(x, max(one, two)) for (x, one), (_, two) in zip(arriving, able, strict=True)]
    panel.fill(over, "bad")
    panel.fill(able, "paper")
    panel.axes(times, _ticks(top, 4))
    panel.steps(able, "three")
    panel.curve(arriving, "one")
    before = 0.0
    for second in span:
        tasks = at(day.tasks, second)
        if tasks != before:
            x, y = panel.at(second, able[(second - first) // 5][1])
            svg.text(x + 5, y - 5, f"{tasks:.0f} tasks", "quiet")
            before = tasks
    svg.text(12, 230, "Requests lost a second", "bold")
    svg.legend(400, 230, (("worse", "failed: no task had room"), ("two", "late")))
    lower = Panel(svg, 64, 244, 670, 76, (first, last), (0, top))
    lower.axes(times, _ticks(top, 2))
    for series, color in ((day.failed, "worse"), (day.late, "two")):
        lower.curve([(float(second), at(series, second)) for second in span], color)
    return svg.render(
        "A link on television",
        "The load rises a hundredfold in a minute; new tasks come minutes later, a step at a time.",
    )


def cost_of_a_million(outcomes: Sequence[Outcome]) -> str:
    """US dollars for a million readers, by part."""
    row = 24
    svg = Svg(760, 74 + row * len(outcomes))
    svg.text(12, 20, "US dollars for a million readers", "bold")
    bills = [
        [part / outcome.demand.readers * 1e6 for part in outcome.bill().parts.values()]
        for outcome in outcomes
    ]
    top = 10 * (int(max(map(sum, bills)) / 10) + 1)
    svg.legend(12, 42, list(zip(COLORS, PARTS, strict=True)))
    panel = Panel(svg, 250, 54, 440, row * len(outcomes), (0, top), (0, 1))
    panel.axes([(float(value), str(value)) for value in range(0, top + 1, 5)], [])
    for number, (outcome, parts) in enumerate(zip(outcomes, bills, strict=True)):
        y = 54 + row * number
        name = f"{outcome.demand.readers:,.0f}, {outcome.deployment.name.replace('`', '')}"
        svg.text(242, y + 16, name, "quiet", "end")
        done = 0.0
        for part, color in zip(parts, COLORS, strict=True):
            left, right = panel.at(done, 0)[0], panel.at(done + part, 0)[0]
            svg.rect(left, y + 4, right - left, row - 8, color)
            done += part
        svg.text(panel.at(done, 0)[0] + 6, y + 16, f"{done:.2f}", "quiet")
    return svg.render(
        "Dollars for a million readers",
        "Delivery is the largest part, and the requests to CloudFront make it larger.",
    )


def minutes(series: Sequence[float]) -> list[tuple[float, float]]:
    """The last value of each minute."""
    return [(float(minute), series[60 * minute + 59]) for minute in range(len(series) // 60)]


def diagram(title: str, columns: Sequence[Sequence[Box]], arrows: Sequence[Arrow]) -> str:
    """Boxes in columns, and arrows between them by (column, row)."""
    width, height, gap = 146, 46, 58
    rows = max(map(len, columns))
    svg = Svg(24 + len(columns) * (width + gap) - gap, 24 + rows * (height + 22) - 22)

    def corner(column: int, row: int) -> tuple[float, float]:
        used = len(columns[column]) * (height + 22) - 22
        return 12 + column * (width + gap), (svg.height - used) / 2 + row * (height + 22)

    for one, two, label in arrows:
        (x0, y0), (x1, y1) = corner(*one), corner(*two)
        start = (x0 + width, y0 + height / 2)
        end = (x1 - 2, y1 + height / 2)
        if one[0] == two[0]:
            start, end = (x0 + width / 2, y0 + height), (x1 + width / 2, y1 - 2)
        svg.rule(start, end, "arrow")
        above = 5 if start[1] == end[1] else -4
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - above)
        if label:
            svg.text(*middle, label, "label", "middle")
    for column, boxes in enumerate(columns):
        for row, (name, below, is_new) in enumerate(boxes):
            x, y = corner(column, row)
            svg.box(x, y, width, height, "new" if is_new else "box")
            svg.text(x + width / 2, y + (20 if below else 27), name, "bold", "middle")
            svg.text(x + width / 2, y + 36, below, "quiet", "middle")
    return svg.render(title, ", ".join(name for boxes in columns for name, _, _ in boxes))


def _ticks(top: float, count: int) -> list[tuple[float, str]]:
    return [(top * part / count, f"{top * part / count:,.0f}") for part in range(count + 1)]


def _round_up(value: float) -> float:
    """To 1, 2, 4 or 8 and zeros."""
    power = 10.0 ** int(math.log10(value))
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value)


def _minute(second: int) -> str:
    return f"{second // 60} min".replace("-", "−")
