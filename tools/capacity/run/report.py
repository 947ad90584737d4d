"""What the runs showed, for the terminal and for docs/scale-run.md."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.capacity.run import demand
from tools.capacity.run.calibrate import Costs
from tools.capacity.run.compare import PERIODS, SHARE, Row
from tools.capacity.run.load import PATIENCE_SECONDS
from tools.capacity.run.rig import CORES, MINUTE_SECONDS

PAGE = Path(__file__).parents[3] / "docs" / "scale-run.md"

_TEXT = """# The capacity model against a real run

`make capacity CAPACITY=--check` compares the simulation of [scale.md](scale.md) with the service
itself, at a small scale, and writes this page. It needs HAProxy and the right to set CPU quotas.

- Real `kirosample serve` tasks, each held to {cores:g} of a core by a control group's quota, on one
  PostgreSQL, behind HAProxy. At first {least}, at most {most}.
- Auto scaling by the same function as in the simulation, with the design's policy, on the CPU use
  that the control groups count. A minute takes {minute} s: the metric's period and its delay, and
  both cooldowns. The service's own times stay as they are.
- First each kind of request is measured at that quota; the simulation takes these costs.
- Readers come at a rate, whether they are answered or not. The requests need the CPU of so many
  tasks: {phases}.
- A request is refused or late if it has no 200 or 201 within {patience:g} s, the service's own
  deadline. The reader leaves then, but the service still renders a page that waits in its queue.
- A run in which a task or the readers did not get their CPU from the machine does not count.

{costs}

{table}

Numbers may differ by {share:.0%} of the measured ones, moments by {periods} periods of the metric.
The kinds' shares are only shown: pages that are not cached wait behind all other requests, so they
alone are lost.

A task that is mostly idle wakes up for each request, a busy one serves several at once: {busy}.
Saturated, they cost less still: [performance.md](performance.md), from which scale.md takes its
costs. So scale.md's capacity is right, and its CPU use at middle load too low.

Measured on a machine with {machine} cores. Not shown: AWS's own seconds, more than {most} tasks,
and tasks that cached pages or likes alone saturate: two cores have no room for so many readers.
"""


def describe(costs: Costs) -> str:
    return (
        f"CPU of a request: {_each(costs.requests)}; of an idle task {costs.idle:.1%} of a core; "
        f"a task is in rotation after {costs.start_seconds:.1f} s."
    )


def _each(costs: Mapping[str, float]) -> str:
    return ", ".join(f"{kind} {cpu * 1000:.2f} ms" for kind, cpu in costs.items())


def table(rows: Sequence[Row]) -> str:
    """In Markdown."""
    lines = [
        "|  | simulation | runs | median | may differ by | holds |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        runs = ", ".join(f"{value:{row.form}}" for value in sorted(row.runs))
        within = "–" if row.within is None else f"{row.within:{row.form}}"
        verdict = "–" if row.within is None else "yes" if row.holds() else "**no**"
        shown = (f"{row.simulated:{row.form}}", runs, f"{row.measured:{row.form}}")
        lines.append(f"| {' | '.join((row.what, *shown, within, verdict))} |")
    return "\n".join(lines)


def write(costs: Costs, rows: Sequence[Row], page: Path = PAGE) -> None:
    text = _TEXT.format(
        cores=CORES,
        least=demand.TASKS,
        most=demand.MOST_TASKS,
        minute=MINUTE_SECONDS,
        phases=", ".join(f"{tasks:g} for {seconds:g} s" for seconds, tasks in demand.PHASES),
        patience=PATIENCE_SECONDS,
        costs=describe(costs),
        busy=_each(costs.busy),
        table=table(rows),
        share=SHARE,
        periods=PERIODS,
        machine=os.cpu_count(),
    )
    page.write_text(text, encoding="utf-8")
