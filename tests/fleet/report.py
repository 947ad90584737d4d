"""The fleet's table, for the terminal and for docs/reliability.md."""

from collections.abc import Sequence
from dataclasses import asdict

from tests.drills.report import details, spoken, table, verdict
from tests.fleet.fleet import Result
from tests.fleet.service import Pace

_HEAD = """
`make fleet` writes this part. Three real tasks run behind HAProxy, which stands in the load
balancer's place with TLS, on one PostgreSQL; visitors read and like at a steady rate over
connections that are kept alive, and every request is counted.

Tasks come and go as ECS does it: started; registered with the balancer when their own check,
`kirosample healthcheck`, has passed; in rotation once `/livez` answers the balancer. To stop, out
of rotation and drained first, then SIGTERM. The times are the design's: the balancer's check every
{balancer_check:g} s, the container's every {container_check:g} s, {deregistration:g} s to drain,
and {drain} s more after SIGTERM.

- **errors**: requests not answered by 200 or 201; only in 2 and 4 there may be any: in 2 those in
  flight on the task that was killed, in 4 those for favorites while there is no database, each
  answered 503 with `Retry-After`.
- The other numbers are as above.

Two things are ECS's and the balancer's own, and cannot be shown here:

- ECS does not wait for a container's check before it registers a task. The design makes it wait:
  the task has a second container, the gate, which is started when the first one is healthy. Without
  it a task that is never ready is given requests until ECS gives it up; a test shows that.
- HAProxy gives a request to another task when a connection is refused. AWS's documents say that the
  Application Load Balancer answers 502 then, so between the kill of a task and its deregistration,
  which ECS does by itself within seconds, more requests may fail there than here.
"""

_COLUMNS = (
    "what happens",
    "requests",
    "errors",
    "sent",
    "acknowledged",
    "owed",
    "found",
    "lost",
    "twice",
    "untrue",
)


def row(number: int, result: Result) -> tuple[str, ...]:
    counted = result.reckoning
    numbers = (
        result.requests,
        result.errors,
        counted.sent,
        counted.acknowledged,
        counted.owed,
        counted.found,
        counted.lost,
        counted.twice,
        counted.unasked + counted.contradictions + counted.untrue_counts,
    )
    return (f"{number}. {result.title}", *(f"{value:,}" for value in numbers), verdict(result))


def text(number: int, result: Result) -> str:
    """One drill, for the terminal."""
    return spoken(_COLUMNS, row(number, result), result)


def part(results: Sequence[tuple[int, Result]], pace: Pace, surroundings: str) -> str:
    """The fleet's part of docs/reliability.md."""
    rows = [row(number, result) for number, result in results]
    head = _HEAD.format(**asdict(pace))
    return "\n".join([head, *table(_COLUMNS, rows), "", surroundings, *details(results)]) + "\n"
