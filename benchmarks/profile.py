"""Where a response's time goes, into `docs/profile.md`."""

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import report
from benchmarks.programs import install, machine, nginx, postgres, task, wrk
from benchmarks.programs.http import BROWSER_AND_ALB, Response, fetch, free_port, wait_for
from benchmarks.programs.processes import SERVER_CORE, Failed, cpu_seconds, serving
from benchmarks.rows import favorites
from benchmarks.runs import Load
from benchmarks.targets import PLAIN, WITH_HEADERS

_ROOT = Path(__file__).parent.parent
_DOCUMENT, _TOOLS = _ROOT / "docs" / "profile.md", _ROOT / "build" / "bench"
_SECONDS = 5
_PAGE = "/date"
_NGINX = {  # its best for the page, and for the page compressed
    False: "sendfile and tcp_nopush on, open_file_cache",
    True: "sendfile off, open_file_cache",
}
_TEN_HEADERS = " with ten headers"
_GROUPS = {
    "log": ("kirosample.telemetry", "kirosample.http.protocol.access_log"),
    "favorites": ("kirosample.favorites", "kirosample.storage", "asyncpg"),
    "HTTP": ("kirosample", "uvicorn", "starlette"),
    "event loop": ("asyncio", "uvloop"),
}
"""A module belongs to the first group that names it or its package."""

_INTRODUCTION = f"""\
# Where a response's time goes

`make profile` writes this page, under the loads of `make bench`, {_SECONDS} s each. The figures are
microseconds of the server's CPU time for one response: the kernel's from `/proc`, the others by
sampling. *The floor* is the same event loop that answers anything with the same bytes: it parses no
request, looks nothing up and logs nothing.
"""

_OF_FAVORITES = """\
- The list: the kernel takes half, for a page of 28 kB; waiting requests share one query, and the
  page is rendered only if it changed.
- Likes: more than half is the way through uvicorn and the handler (scope, task, body, a new
  visitor's signed cookie), which pgbench does not have; over 200 favorites PostgreSQL also writes
  two tables where pgbench writes one.
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of one response: in user mode, in the kernel, and the former by group."""

    user: float
    kernel: float
    groups: Mapping[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return self.user + self.kernel


def main() -> int:
    try:
        costs = dict(_costs())
    except Failed as error:
        print(f"profile: {error}", file=sys.stderr)
        return 1
    text = f"{_INTRODUCTION}\n{table(costs)}\n{_gap(costs)}"
    print(text)
    _DOCUMENT.write_text(text, encoding="utf-8")
    return 0


def table(costs: Mapping[str, Cost]) -> str:
    rows = []
    for what, cost in costs.items():
        named = [cost.groups.get(group, 0.0) for group in _GROUPS]
        figures = (cost.total, cost.kernel, *named, cost.user - sum(named))
        rows.append((what, *(f"{figure:.1f}" if figure >= 0.05 else "" for figure in figures)))
    return report.markdown(("µs", "in all", "the kernel", *_GROUPS, "other"), rows)


def left_for_python(ours: Cost, floor: Cost, nginx: Cost, goal: float) -> str:
    """What a goal, as a share of nginx's rate, leaves above the floor, and what we take."""
    wanted = nginx.total / goal
    left, taken = wanted - floor.total, ours.total - floor.total
    return (
        f"{goal:.2f} of nginx is {wanted:.1f} µs a response."
        f" The floor takes {floor.total:.1f} of them and leaves {left:.1f} µs"
        f" to parse the request, find the page and log, which takes {taken:.1f}."
    )


def by_group(samples: Mapping[str, int], user: float) -> dict[str, float]:
    """The time in user mode by group, in proportion to the samples of its modules."""
    counts: Counter[str] = Counter()
    for module, count in samples.items():
        for group, members in _GROUPS.items():
            if f"{module}.".startswith(tuple(f"{member}." for member in members)):
                counts[group] += count
                break
    total = max(sum(samples.values()), 1)
    return {group: user * count / total for group, count in counts.items()}


def _gap(costs: Mapping[str, Cost]) -> str:
    lines = ["## The gap to the goals", ""]
    for named, targets in (("", PLAIN), (_TEN_HEADERS, WITH_HEADERS)):
        names = (f"`{_PAGE}`", "the floor", "nginx")
        ours, floor, rival = (costs[f"{name}{named}"] for name in names)
        goal = targets[_PAGE].goal
        assert goal
        left = left_for_python(ours, floor, rival, goal)
        lines.append(f"- `{_PAGE}`{named}: {left}")
    lines.append(_OF_FAVORITES)
    return "\n".join(lines)


def _costs() -> Iterator[tuple[str, Cost]]:
    machine.stay_off_the_servers_core()
    install.wrk()
    with postgres.folder() as folder, postgres.running(folder / "postgres") as database:
        dsn = database.create("portal")
        task.migrate(dsn)
        with _sampled(dsn, folder) as ours:
            for headers in ({}, BROWSER_AND_ALB):
                yield from _of_a_page(ours, folder, headers)
            yield from _of_favorites(ours, dsn, folder)


@dataclass(frozen=True, slots=True)
class _Sampled:
    """A task that samples where its time goes."""

    task: task.Task
    samples: Path

    def cost(self, load: Load) -> Cost:
        load(1)
        self._read()
        cost = _cost(self.task.pid, load)
        return Cost(cost.user, cost.kernel, by_group(self._read(), cost.user))

    def _read(self) -> dict[str, int]:
        """The samples since the last call."""
        self.samples.unlink(missing_ok=True)
        os.kill(self.task.pid, signal.SIGUSR1)
        for _ in range(500):
            if self.samples.exists():
                return dict(json.loads(self.samples.read_text()))
            time.sleep(0.01)
        raise Failed("the server does not write its samples")


@contextmanager
def _sampled(dsn: str, folder: Path) -> Iterator[_Sampled]:
    samples = folder / "samples.json"
    command = (sys.executable, "-m", "benchmarks.sampled", samples)
    with task.started(dsn, folder / "task.log", command=command) as started:
        wait_for(started.port, "/readyz", 30)
        yield _Sampled(started, samples)


def _of_a_page(
    ours: _Sampled, folder: Path, headers: Mapping[str, str]
) -> Iterator[tuple[str, Cost]]:
    """A day's page: ours, the floor with the same bytes, and nginx with the same body."""
    named = _TEN_HEADERS if headers else ""
    for _ in range(2):  # the first request compresses it
        response = fetch(ours.task.port, _PAGE, headers)
    yield f"`{_PAGE}`{named}", ours.cost(_load(ours.task.port, _PAGE, response, headers))
    file, port = folder / "response", free_port()
    file.write_bytes(response.head + response.body)
    command: list[str | Path] = [sys.executable, "-m", "benchmarks.floor", str(port), file]
    with serving(command, SERVER_CORE, folder / "floor.log") as pid:
        wait_for(port, _PAGE, 10)
        yield f"the floor{named}", _cost(pid, _load(port, _PAGE, response, headers))
    place = folder / f"nginx-{len(headers)}"
    with nginx.running(install.nginx(_TOOLS), place, {"page": response.body}) as ports:
        pid, port = int((place / "nginx.pid").read_text()), ports[_NGINX[bool(headers)]]
        static = fetch(port, "/page", headers)
        yield f"nginx{named}", _cost(pid, _load(port, "/page", static, headers))


def _load(port: int, path: str, response: Response, headers: Mapping[str, str]) -> Load:
    url = f"http://127.0.0.1:{port}{path}"
    return lambda seconds: wrk.load(url, seconds, response.size, headers)


def _of_favorites(ours: _Sampled, dsn: str, folder: Path) -> Iterator[tuple[str, Cost]]:
    items = favorites.seed(ours.task)
    postgres.execute(dsn, "VACUUM ANALYZE")
    addresses = favorites.addresses()
    yield "`/favorites`", ours.cost(favorites.lists(ours.task))
    for what, of in (("a like on one favorite", items[:1]), ("a like over 200 favorites", items)):
        yield what, ours.cost(favorites.likes(ours.task, dsn, of, folder, addresses))


def _cost(pid: int, load: Load) -> Cost:
    """Raises Failed if a response was wrong."""
    before = cpu_seconds(pid)
    run = load(_SECONDS)
    spent = [now - then for now, then in zip(cpu_seconds(pid), before, strict=True)]
    if run.faults:
        raise Failed("; ".join(run.faults))
    user, kernel = (1e6 * seconds / (run.rate * _SECONDS) for seconds in spent)
    return Cost(user, kernel)


if __name__ == "__main__":
    sys.exit(main())
