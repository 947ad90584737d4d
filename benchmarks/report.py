"""What was reached, as a table of ratios first, and the machine that it was measured on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.runs import Side, rate, rate_of_busy_core
from benchmarks.targets import Target

OTHERS = "taken by other programs"

_DIGITS = {"ratio": 2, "s": 2, "ms": 2, "MB": 0}

_INTRODUCTION = """\
# Performance

Written by `make bench`, which measures both sides in turn (A B A B …) in one run, on one machine.
A ratio is the median of our runs over the median of the baseline's. What stands between these
figures and the goals: [where an answer's time goes](profile.md).
"""

_CONDITIONS = """\
## How

- Our server has core 0, started with `kirosample serve` as an operator would; PostgreSQL and wrk
  (one thread, 64 connections) share core 1. The product's own routes, with all their headers.
- On the image's Python, 3.13, where the machine has it; each request's line of
  log written (to /dev/null: what keeps the log is not the server).
- The modules are compiled before, as in the image.
- With the headers, which take gzip, ours sends the page compressed, and nginx has these bytes as
  its file: it compresses nothing.
- nginx takes our server's place on core 0: one worker, the page as a static file, with keep-alive
  and no log, in the fastest of six configurations for that file (sendfile, tcp_nopush and
  open_file_cache on and off).
- pgbench (`-M prepared -c 20 -j 1`) takes our server's place on core 0 and has PostgreSQL on
  core 1 to itself, where our own runs share it with wrk.
- A run counts if every answer was right: none with an error status, no socket error, and every
  page of its full length; the likes acknowledged are found in the database. And if wrk (or
  pgbench) took less than 90 % of its core. Else it is void and repeated, three times a side.
- A row is *flagged* where wrk was too busy to count however often it was repeated. It is then
  compared by answers to a second of the server's core at work, idle time taken off, which wrk
  does not limit.
- The machine is quiet: between the rows other programs take less than 10 % of either core (median),
  or nothing is written.
- Likes are each by a new visitor at another address, through a trusted proxy, with the default
  limit of writes.
- Two tasks: each shares a core with its own wrk; compared with one such pair on core 0.
- CPU of a request: of the server's process, over 2 s of such requests, one after the other; dates
  are asked for in random order, and no list or search twice.
- Crawlers (calendar, horoscopes, searches) and floods: each connection asks again as soon as it is
  answered. Every other one comes from an address of its own; the rest share one.
- Probes ask meanwhile for `/` and `/livez`, every 10 ms, and for `/livez` over new connections too.
  The kernel runs them before the load. Requests that a slow answer kept them from sending count as
  having waited too.
- Midnight: the same server with another clock, 16 clients over the 32 pages of a day.
- A list of a million favorites: whole answers, one at a time, 99 % within; the slowest kind's.
- Memory is the sum of the PSS of the task's processes, read twice a second from start to end.
"""


@dataclass(frozen=True, slots=True)
class Result:
    """A row measured. `value` is None where it could not be shown, and `note` says why."""

    target: Target
    value: float | None
    note: str = ""
    sides: tuple[Side, ...] = ()
    flagged: bool = False

    @classmethod
    def of_sides(cls, target: Target, ours: Side, baseline: Side, runs: int) -> "Result":
        """The ratio of the two medians, where both sides have as many runs as they should."""
        sides = (ours, baseline)
        if all(len(side.counted()) >= runs for side in sides):
            return cls(target, rate(ours.counted()) / rate(baseline.counted()), sides=sides)
        reasons = {f"{side.name}: {run.why_void}" for side in sides for run in side.void()[-1:]}
        note = "; ".join(sorted(reasons))
        if all(len(side.clean()) >= runs for side in sides):
            ratio = rate_of_busy_core(ours.clean()) / rate_of_busy_core(baseline.clean())
            return cls(target, ratio, note, sides, flagged=True)
        return cls(target, None, note, sides)

    def holds(self) -> bool:
        """Whether it reaches what it must."""
        return self.value is not None and self.target.reaches(self.value, self.target.must)

    def shown(self) -> str:
        return _figure(self.target, self.value)

    def verdict(self) -> str:
        if self.value is None:
            return f"not shown ({self.note})"
        if not self.holds():
            return "must missed"
        if self.target.must is None:
            return "reported"
        if self.target.goal is None:
            return "must reached"
        goal = self.target.reaches(self.value, self.target.goal)
        reached = "goal reached" if goal else "must reached, goal missed"
        return f"{reached} (flagged)" if self.flagged else reached


def table(results: Iterable[Result]) -> str:
    """The rows with what they must reach, and in words whether they do."""
    rows = [
        (
            result.target.what,
            result.target.baseline,
            f"**{result.shown()}**",
            _figure(result.target, result.target.must),
            _figure(result.target, result.target.goal),
            result.verdict(),
        )
        for result in results
    ]
    return markdown(("", "baseline = 1", "measured", "must", "goal", "verdict"), rows)


def document(results: Sequence[Result], machine: Mapping[str, str]) -> str:
    """`docs/performance.md`."""
    notes = [f"- {r.target.what}: {r.note}" for r in results if r.note and r.value is not None]
    parts = (
        _INTRODUCTION,
        table(results),
        "## Medians\n\nIn brackets the slowest and the fastest run.\n",
        _medians(results),
        "\n".join(notes) + "\n" if notes else None,
        "## Where\n",
        markdown(("", ""), machine.items()),
        _CONDITIONS,
    )
    return "\n".join(part for part in parts if part)


def _medians(results: Iterable[Result]) -> str:
    rows = [
        (
            result.target.what if first else "",
            side.name,
            *_figures(side),
            f"{len(side.void())} of {len(side.runs)}",
        )
        for result in results
        for first, side in zip((True, False), result.sides, strict=False)
    ]
    heads = ("", "", "a second", "99 % within", "client's core", "server's core", "void runs")
    return markdown(heads, rows)


def _figures(side: Side) -> tuple[str, str, str, str]:
    """Of the runs that count, or where there are none, of all."""
    runs = side.counted() or side.runs
    rates = [run.rate for run in runs]
    p99 = median(run.p99_ms for run in runs)
    return (
        f"{median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f})",
        f"{p99:.1f} ms" if p99 else "–",
        f"{median(run.client_share for run in runs):.0%}",
        f"{median(run.server_share for run in runs):.0%}",
    )


def _figure(target: Target, value: float | None) -> str:
    if value is None:
        return "–"
    digits = _DIGITS[target.unit]
    return f"{value:.{digits}f}" + ("" if target.unit == "ratio" else f" {target.unit}")


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
