"""The results: docs/performance.md, costs.json, and the comparison of two commits."""

import json
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.runs import Interval, Row

MIN_GAIN = 0.95
"""A row whose whole interval is below has become slower."""


def verdict(row: Row) -> str:
    """Of the row's required figure and its goal."""
    value, target = row.value, row.target
    if value is None:
        return f"not measured ({row.faults})"
    if not target.reaches(value, target.must):
        return "must missed"
    if target.goal is None:
        return "must reached"
    goal = target.reaches(value, target.goal)
    return "goal reached" if goal else "must reached, goal missed"


def results(rows: Iterable[Row]) -> str:
    """The table of figures."""
    heads = ("", "baseline = 1", "measured", "must", "goal", "verdict", "ours", "baseline")
    return table(heads, map(_line, rows))


def page(old: str, *tables: str) -> str:
    """docs/performance.md with new tables; what people wrote before and after them stays."""
    before, _, rest = old.partition("\n| ")
    _, heading, after = rest.partition("\n## How")
    return "\n".join((before, *tables)) + heading + after


def _line(row: Row) -> Sequence[str]:
    target = row.target
    measured, must, goal = map(target.shown, (row.value, target.must, target.goal))
    rates = [f"{median:,.0f}/s" for median in row.medians] if len(row.medians) > 1 else ["", ""]
    return (target.what, target.baseline, f"**{measured}**", must, goal, verdict(row), *rates)


def costs(rows: Iterable[Row], machine: Mapping[str, str]) -> str:
    """CPU milliseconds of a request by row, which `make capacity` reads."""
    cpu_ms = {row.target.what: round(row.cpu_ms, 4) for row in rows if row.cpu_ms}
    source = ", ".join(machine[name] for name in ("commit", "date", "machine"))
    return json.dumps({"source": source, "cpu_ms": cpu_ms}, ensure_ascii=False, indent=2) + "\n"


def comparison(rows: Iterable[Row]) -> str:
    """How much better this commit is than the other, with 95 % intervals."""
    heads = ("", "this commit", "the other", "better by", "verdict")
    lines = []
    for row in rows:
        medians = [f"{median:,.2f}" for median in row.medians]
        gain = str(row.gain or "–")
        lines.append((row.target.what, *medians, gain, paired_verdict(row.gain)))
    return table(heads, lines)


def paired_verdict(gain: Interval | None) -> str:
    if gain is None:
        return "not measured"
    if gain.high < MIN_GAIN:
        return "slower"
    return "as fast" if gain.low >= MIN_GAIN else "undecided"


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """As Markdown."""
    all_ = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in all_) + "\n"
