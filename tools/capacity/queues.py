"""The queues of a step: what waits in tasks, and what waits for the database."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

Part = tuple[float, float, list[float]]
"""Requests that were served together: when they arrived, when they were served, and how many of
each kind."""


class Queue:
    """What waits in some tasks, first come, first served.

    A batch is what arrived in a step: when it began, for how long, the requests of each kind, and
    their CPU seconds.
    """

    def __init__(self) -> None:
        self.batches: deque[tuple[float, float, list[float], float]] = deque()
        self.work = self.requests = 0.0

    def add(self, begun: float, length: float, requests: list[float], work: float) -> None:
        self.batches.append((begun, length, requests, work))
        self.work += work
        self.requests += sum(requests)

    def serve(self, now: float, step: float, cpu: float) -> list[Part]:
        """Serve for `cpu` seconds, from `now` on for a step."""
        served: list[Part] = []
        used = 0.0
        while self.batches and used < cpu:
            begun, length, requests, work = self.batches.popleft()
            part = min(1.0, (cpu - used) / work) if work else 1.0
            taken = [amount * part for amount in requests]
            at = now + step * (used + work * part / 2) / cpu
            served.append((min(begun + length * part / 2, at), at, taken))
            used += work * part
            self.requests -= sum(taken)
            if part < 1:
                left = [amount - gone for amount, gone in zip(requests, taken, strict=True)]
                rest = (begun + length * part, length * (1 - part), left, work * (1 - part))
                self.batches.appendleft(rest)
        self.work -= used
        if not self.batches:
            self.work = self.requests = 0.0
        return served

    def split(self, part: float) -> "Queue":
        """Take this part out."""
        out = Queue()
        whole, self.batches = self.batches, deque()
        self.work = self.requests = 0.0
        for begun, length, requests, work in whole:
            gone = [amount * part for amount in requests]
            left = [amount - share for amount, share in zip(requests, gone, strict=True)]
            out.add(begun, length, gone, work * part)
            self.add(begun, length, left, work * (1 - part))
        return out


class Tasks:
    """Tasks with equal queues: pages to be rendered, one at a time, and all other requests."""

    def __init__(
        self, count: int, others: Queue | None = None, renders: Queue | None = None
    ) -> None:
        self.count = count
        self.others = others or Queue()
        self.renders = renders or Queue()

    @property
    def work(self) -> float:
        return self.others.work + self.renders.work

    @property
    def requests(self) -> float:
        return self.others.requests + self.renders.requests

    @property
    def empty(self) -> bool:
        return not self.others.batches and not self.renders.batches

    def serve(self, now: float, step: float, cpu: float, between: float) -> list[Part]:
        """Serve for `cpu` seconds: pages are rendered in what is left, at least one every so many
        other requests."""
        left = max(cpu - self.others.work, cpu * self._least_share(between))
        rendering = min(self.renders.work, left)
        served = self.renders.serve(now, step, rendering)
        return served + self.others.serve(now, step, cpu - rendering)

    def split(self, count: int) -> "Tasks":
        """Take this many tasks out, with their share of the queues."""
        part = count / self.count
        self.count -= count
        return Tasks(count, self.others.split(part), self.renders.split(part))

    def _least_share(self, between: float) -> float:
        if not self.renders.requests or not self.others.requests:
            return 0.0
        render = self.renders.work / self.renders.requests
        return render / (render + between * self.others.work / self.others.requests)


class Fleet:
    """The tasks: in service, starting, and those that finish their queue after they were removed.

    Those that came into service together have one queue: new tasks do not relieve the old ones of
    what waits in them.
    """

    def __init__(self, count: int, start_seconds: float) -> None:
        self.desired = count
        self.serving = [Tasks(count)]
        self._draining: list[Tasks] = []
        self._starting: list[tuple[float, int]] = []
        self._start_seconds = start_seconds

    @property
    def running(self) -> int:
        """The tasks in service."""
        return sum(tasks.count for tasks in self.serving)

    @property
    def with_queue(self) -> list[Tasks]:
        """Also those that were removed."""
        return [tasks for tasks in (*self.serving, *self._draining) if not tasks.empty]

    def scale(self, now: float, wanted: int) -> None:
        if wanted > self.desired:
            self._starting.append((now + self._start_seconds, wanted - self.desired))
        else:
            self._stop(self.desired - wanted)
        self.desired = wanted

    def start(self, now: float) -> None:
        """Take the tasks into service that are ready."""
        self._draining = [tasks for tasks in self._draining if not tasks.empty]
        while self._starting and self._starting[0][0] <= now:
            _, count = self._starting.pop(0)
            idle = next((tasks for tasks in self.serving if tasks.empty), None)
            if idle:
                idle.count += count
            else:
                self.serving.append(Tasks(count))

    def _stop(self, count: int) -> None:
        """Remove tasks: those that have not started first, then the emptiest."""
        while count and self._starting:
            ready, starting = self._starting.pop()
            if starting > count:
                self._starting.append((ready, starting - count))
            count -= min(count, starting)
        while count:
            tasks = min(self.serving, key=lambda one: one.work / one.count)
            if tasks.count > count:
                self._draining.append(tasks.split(count))
                return
            self.serving.remove(tasks)
            self._draining.append(tasks)
            count -= tasks.count


@dataclass(frozen=True, kw_only=True)
class Database:
    """What a database serves: cores at its smallest and at its largest, and how fast it grows."""

    least: float
    most: float
    growth: float = 0
    """Cores added a second while it is busy; they go ten times more slowly."""


class Writes:
    """Likes that wait for the database, in the tasks."""

    def __init__(self, database: Database, wait: float) -> None:
        self.waiting = 0.0
        self.size = database.least
        self.used = 0.0
        self._database = database
        self._wait = wait
        self._queue: deque[tuple[float, float, int, float, float]] = deque()

    def add(self, at: float, arrived: float, index: int, amount: float, cost: float) -> None:
        """Likes of a kind that a task has taken at a time, and what one costs the database."""
        self._queue.append((at, arrived, index, amount, cost))
        self.waiting += amount

    def serve(
        self, now: float, step: float, reads: float, most: float
    ) -> Iterator[tuple[int, float, float | None]]:
        """Write for a step beside `reads` cores of reading: a kind, how many, and their seconds.

        Likes without seconds are refused: they waited for too long, or beyond the `most` that may.
        """
        self._resize(step)
        # As many connections read as write, so neither takes more than half of a busy database.
        reading = min(reads, self.size / 2 if self._queue else self.size)
        cpu = left = (self.size - reading) * step
        while self._queue:
            at, arrived, index, amount, cost = self._queue.popleft()
            begun = now + step * (1 - left / cpu)
            if begun > at + self._wait:
                self.waiting -= amount
                yield index, amount, None
                continue
            part = min(1.0, left / (amount * cost)) if amount else 1.0
            self.waiting -= amount * part
            left -= amount * part * cost
            if part:
                yield index, amount * part, max(begun, at) - arrived
            if part < 1:
                self._queue.appendleft((at, arrived, index, amount * (1 - part), cost))
                break
        while self._queue and self.waiting > most:
            at, arrived, index, amount, cost = self._queue.pop()
            over = min(amount, self.waiting - most)
            self.waiting -= over
            yield index, over, None
            if over < amount:
                self._queue.append((at, arrived, index, amount - over, cost))
        if not self._queue:
            self.waiting = 0.0
        self.used = self.size - left / step

    def rest(self) -> Iterator[tuple[int, float]]:
        """What still waits: a kind, and how many."""
        for _, _, index, amount, _ in self._queue:
            yield index, amount

    def _resize(self, step: float) -> None:
        database = self._database
        if self.used > _BUSY * self.size:
            self.size = min(database.most, self.size + database.growth * step)
        else:
            self.size = max(database.least, self.size - database.growth * step / 10)


_BUSY = 0.7
"""Of its capacity: Aurora grows above."""
