"""The results: docs/performance.md, costs.json, and the comparison of two commits."""

import json
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.runs import Interval, Row
from benchmarks.targets import BESIDE

MIN_GAIN = 0.95
"""A row whose whole interval is below this gain has become slower."""


def verdict(row: Row) -> str:
    """What the row reaches: its goal, or what it must."""
    value = row.value
    target = row.target
    if value is None:
        return f"not measured ({row.faults})"
    if not target.reaches(value, target.must):
        return "missed"
    return "goal" if target.goal and target.reaches(value, target.goal) else "must"


def results(rows: Iterable[Row]) -> str:
    """A table of what is compared with a baseline, and one of all other figures."""
    compared: list[Sequence[str]] = []
    others: list[Sequence[str]] = []
    for row in rows:
        target = row.target
        figures = map(target.shown, (row.value, target.must, target.goal))
        line = (target.what, *figures, verdict(row))
        if target.baseline:
            rates = row.medians if len(row.medians) > 1 else [0, 0]
            compared.append((*line, *(f"{rate:,.0f}/s" for rate in rates), target.baseline))
        else:
            others.append(line)
    heads = ("", "measured", "must", "goal", "reached")
    return "\n".join(
        (table((*heads, "ours", "theirs", "baseline = 1"), compared), table(heads, others))
    )


def with_worst_attack(rows: Iterable[Row]) -> list[Row]:
    """The rows, of attacks only the last one with the worst figure: there are dozens."""
    others: list[Row] = []
    attacks: list[Row] = []
    for row in rows:
        (attacks if row.target.what.startswith(BESIDE) else others).append(row)
    return others + sorted(attacks, key=lambda row: (row.value is None, row.value or 0))[-1:]


def page(old: str, *tables: str) -> str:
    """docs/performance.md with new tables; what people wrote before and after them stays."""
    before, _, rest = old.partition("\n| ")
    _, heading, after = rest.partition("\n## How")
    return "\n".join((before, *tables)) + heading + after


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
    """A table in Markdown."""
    all_ = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in all_) + "\n"
