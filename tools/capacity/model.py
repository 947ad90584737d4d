"""The service as a fluid, in steps of a second.

    day = simulate(Scenario(kinds=(PAGE, LIKE), demand=rates))   # rates[second, kind], a second
    day["tasks"]    # one value a second of each of SERIES

The load balancer gives every task in service the same share. A task is one process: it serves in
order of arrival, `task_speed` CPU seconds a second, so what waits in it is what a request that
arrives now waits for. Uncached pages wait apart: one at a time is rendered between the others. A
request is answered in time, or it is

- late: answered after more than `late_seconds`;
- refused (503): an uncached page that meets a full queue of them;
- failed (502 or 504): no task had room for it.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ishizue import limits
from ishizue.http.fair_queue import MAX_WAITING
from ishizue.http.protocol.bounds import REQUESTS_OF_A_TURN
from tools.capacity.readers import Series
from tools.capacity.scaling import Policy, TargetTracking

Day = NDArray[np.void]

LOST = ("late", "failed", "refused")
"""Requests that arrived in a second."""

SERIES = ("tasks", "offered", "use", *LOST)
"""Tasks in service; CPU that the second's requests need and that is used, of what these have."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of request, and what one takes, in seconds of a whole core."""

    cpu: float
    """In a saturated task."""
    alone: float = 1
    """How many times `cpu` it takes in an idle task, which wakes up for each request. In between
    the cost falls with the task's use of its CPU. Auto scaling sees it; nothing waits for it."""
    rendered: bool = False
    """A page that is not cached."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What to simulate. The defaults of the limits are the service's own; times are seconds."""

    kinds: Sequence[Kind]
    demand: Series
    """Requests a second, by second and kind."""
    min_tasks: int = 2
    """Also the tasks at the start."""
    max_tasks: int = 10
    policy: Policy = field(default_factory=Policy)
    task_speed: float = 1
    """Of a whole core: what a task gets."""
    start_seconds: int = 60
    """From the decision until a new task is in service."""
    task_queue: float = 65_535
    """Requests that may wait in a task: its connections, Fargate's limit of open files."""
    render_queue: float = MAX_WAITING
    """Uncached pages that may wait in a task."""
    between_renders: float = 4 * REQUESTS_OF_A_TURN
    """Other requests that a busy task serves before it renders the next page: so many start in
    four turns of its loop."""
    late_seconds: float = limits.READ_DEADLINE_SECONDS


class _Arriving(NamedTuple):
    """A second's requests and their CPU seconds: of uncached pages, and of the others."""

    requests: float
    work: float
    pages: float
    page_work: float
    more: float
    """CPU seconds that all of them would take in addition in an idle task."""


def simulate(scenario: Scenario) -> Day:
    """Run the scenario."""
    day: Day = np.zeros(len(scenario.demand), dtype=[(name, float) for name in SERIES])
    tasks, policy = _Tasks(scenario), scenario.policy
    tracking = TargetTracking(policy, scenario.min_tasks, scenario.max_tasks)
    points: deque[tuple[int, float]] = deque()
    for now, arriving in enumerate(_by_second(scenario)):
        tasks.start(now)
        if now and not now % policy.period:
            use = float(day["use"][now - policy.period : now].mean())
            points.append((now + policy.delay, use))
        if points and points[0][0] <= now:
            _, use = points.popleft()
            tasks.scale(now, tracking.decide(now, use, tasks.desired, tasks.count))
        day[now] = tasks.serve(arriving)
    return day


def utilization(work: float, more: float, cpu: float) -> float:
    """CPU use of tasks in which nothing waits: a request takes less the busier they are.

    `work` is what the requests take in saturated tasks, `more` what they take in addition in idle
    ones, and `cpu` what there is. It solves `use * cpu = work + more * (1 - use)`.
    """
    return min(1.0, (work + more) / (cpu + more))


def _by_second(scenario: Scenario) -> list[_Arriving]:
    cpu, alone, page = np.array(
        [(kind.cpu, kind.alone, kind.rendered) for kind in scenario.kinds], dtype=float
    ).T
    columns = np.column_stack((1 - page, (1 - page) * cpu, page, page * cpu, cpu * (alone - 1)))
    return [_Arriving(*row) for row in (scenario.demand @ columns).tolist()]


class _Tasks:
    """The tasks, and what waits in them, as if in one queue: it is seconds long at most."""

    def __init__(self, scenario: Scenario) -> None:
        self.count = self.desired = scenario.min_tasks
        self._scenario = scenario
        self._starting: list[tuple[int, int]] = []
        self._requests = self._work = self._page_work = 0.0

    def scale(self, now: int, wanted: int) -> None:
        """Start tasks, or remove some: by then all have started, and nothing waits in them."""
        if wanted > self.desired:
            self._starting.append((now + self._scenario.start_seconds, wanted - self.desired))
        else:
            self.count += wanted - self.desired
        self.desired = wanted

    def start(self, now: int) -> None:
        """Take the tasks into service that are ready."""
        while self._starting and self._starting[0][0] <= now:
            self.count += self._starting.pop(0)[1]

    def serve(self, arriving: _Arriving) -> tuple[float, ...]:
        """A second: the values of SERIES."""
        scenario, limit = self._scenario, self._scenario.late_seconds
        cpu = self.count * scenario.task_speed
        self._requests += arriving.requests
        self._work += arriving.work
        self._page_work += arriving.page_work
        each = self._work / self._requests if self._requests else 0.0
        page = arriving.page_work / arriving.pages if arriving.pages else 0.0
        # Pages get what others leave, and at least one turn between so many others.
        turn = page + scenario.between_renders * each
        rendering = min(self._page_work, max(cpu - self._work, cpu * page / turn if turn else 0.0))
        serving = cpu - rendering
        self._work = max(0.0, self._work - serving)
        self._page_work -= rendering
        # What is beyond the queues.
        waiting = self._work / each if each else 0.0
        self._requests = min(waiting, scenario.task_queue * self.count)
        failed = waiting - self._requests
        self._work -= failed * each
        over = max(0.0, self._page_work - scenario.render_queue * self.count * page) if page else 0
        refused = over / page if page else 0.0
        self._page_work -= over
        late = max(0.0, arriving.requests - failed) * (self._work > limit * serving)
        late += max(0.0, arriving.pages - refused) * (self._page_work > limit * rendering)
        needed = arriving.work + arriving.page_work
        idle = not self._work and not self._page_work
        use = utilization(needed, arriving.more, cpu) if idle else 1.0
        return self.count, needed / cpu, use, late, failed, refused
