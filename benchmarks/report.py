"""The results as docs/performance.md: the table of figures first, then runs and machine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.runs import Side, rate, rate_of_busy_core
from benchmarks.targets import Target

OTHERS = "taken by other programs"

_DIGITS = {"ratio": 2, "s": 2, "ms": 2, "MB": 0}

_INTRODUCTION = """\
# Performance

`make bench` writes this page. It measures both sides in turn (A B A B …) in one run on one machine.
A ratio is the median of our runs over the median of the baseline's.
"""

_CONDITIONS = """\
## How

- Our server runs on core 0, started with `kirosample serve`; PostgreSQL and wrk (one thread, 64
  connections) share core 1. The routes are the product's, with all their headers.
- Python is the image's, 3.13, if the machine has it. Each request is logged to /dev/null.
- All modules are compiled beforehand, as in the image.
- Requests with the headers accept gzip: our server sends the page compressed, and nginx has the
  compressed bytes as its file.
- nginx replaces our server on core 0: one worker, the page as a static file, keep-alive, no log, in
  the fastest of six configurations for that file (sendfile, tcp_nopush and open_file_cache on and
  off).
- pgbench (`-M prepared -c 20 -j 1`) replaces our server on core 0. PostgreSQL then has core 1 to
  itself, which in our own runs it shares with wrk.
- A run counts if every response was right (no error status, no socket error, every page at its full
  length, and all acknowledged likes in the database) and wrk or pgbench took less than 90 % of its
  core. Otherwise it is void and repeated, three times a side.
- A row is *flagged* if wrk was too busy in every repetition. It then compares responses per second
  of busy server core, which wrk does not limit.
- Nothing is written unless the machine is quiet: between the rows, other programs take less than
  10 % of either core (median).
- Each like is by a new visitor at a new address, through a trusted proxy, with the default rate
  limit.
- Two tasks: each shares a core with its own wrk; compared with one such pair on core 0.
- CPU of a request: the server process's CPU time over 2 s of sequential requests; dates in random
  order, no list or search twice.
- Twelve readings: CPU time in a process of its own, its lines and ranks loaded and the day's scores
  computed.
- Crawlers (calendar, horoscopes, searches) and floods: each connection sends its next request as
  soon as it has a response. Every other one has an address of its own; the rest share one.
- Probes meanwhile request `/` and `/livez` every 10 ms, and `/livez` over new connections too. The
  kernel runs them before the load. Requests that a slow response kept them from sending count as
  having waited, too.
- Crowds: 700 connections of one /24, or of one /48 with a /64 each, and 600 cookies with a hundred
  likes each. Others come from a new /24 each time; if one is refused, the row is not measured.
- Midnight: the same server with another clock, 16 clients over the 32 pages of a day.
- A list of a million favorites: complete responses, one at a time, 99 % within; the slowest kind.
- Memory is the sum of the PSS of the task's processes, read twice a second from start to end.
"""


@dataclass(frozen=True, slots=True)
class Result:
    """A measured row. `value` is None if it could not be measured, and `note` says why."""

    target: Target
    value: float | None
    note: str = ""
    sides: tuple[Side, ...] = ()
    flagged: bool = False

    @classmethod
    def of_sides(cls, target: Target, ours: Side, baseline: Side, runs: int) -> "Result":
        """The ratio of the two medians, if both sides have enough runs."""
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
        """Whether it reaches its required figure."""
        return self.value is not None and self.target.reaches(self.value, self.target.must)

    def shown(self) -> str:
        return _figure(self.target, self.value)

    def verdict(self) -> str:
        if self.value is None:
            return f"not measured ({self.note})"
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
    """The rows with their required figures and verdicts."""
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
    notes = [f"- {r.target.what}: {r.note}" for r in results if r.note and r.value is not None]
    parts = (
        _INTRODUCTION,
        table(results),
        "## Medians\n\nWith the slowest and fastest run.\n",
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
    """Of the runs that count, or of all if none does."""
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
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
