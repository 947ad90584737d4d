"""The day's pages against nginx with the same bytes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.programs import nginx, wrk
from benchmarks.programs.http import BROWSER_AND_ALB, fetch
from benchmarks.programs.processes import Failed
from benchmarks.programs.task import Task
from benchmarks.report import Result
from benchmarks.runs import Plan, Run, rate_of_busy_core, side_by_side
from benchmarks.targets import PAGES, PLAIN, WITH_HEADERS, Target


def measure(task: Task, program: Path, folder: Path, plan: Plan) -> Iterator[Result]:
    """The rows of the four pages, without headers and with those that accept gzip."""
    rows: tuple[tuple[Mapping[str, Target], Mapping[str, str]], ...]
    rows = ((PLAIN, {}), (WITH_HEADERS, BROWSER_AND_ALB))
    for _ in range(2):  # the first request compresses the page
        files = {
            _name(page, headers): fetch(task.port, page, headers).body
            for _, headers in rows
            for page in PAGES
        }
    with nginx.running(program, folder, files) as ports:
        for targets, headers in rows:
            for page in PAGES:
                best = _best(page, headers, ports, plan)
                yield _against(targets[page], task, (best, ports[best]), page, headers, plan)


def _against(
    target: Target,
    task: Task,
    rival: tuple[str, int],
    page: str,
    headers: Mapping[str, str],
    plan: Plan,
) -> Result:
    configuration, port = rival
    body = fetch(port, f"/{_name(page, headers)}").body

    def ours(seconds: int) -> Run:
        response = fetch(task.port, page, headers)
        if response.body != body:
            raise Failed(f"{page} changed (midnight in Japan?): measure again")
        return wrk.load(task.url(page), seconds, response.size, headers)

    def theirs(seconds: int) -> Run:
        return _nginx(port, page, seconds, headers)

    names = f"KiroSample, {len(body):,} bytes", f"nginx, {configuration}"
    sides = side_by_side((names[0], ours), (names[1], theirs), plan, plan.seconds)
    return Result.of_sides(target, *sides, plan.runs)


def _best(page: str, headers: Mapping[str, str], ports: Mapping[str, int], plan: Plan) -> str:
    """The nginx configuration that is fastest for this page."""
    print(f"looking for the fastest nginx configuration for {page}", flush=True)
    rates = dict.fromkeys(ports, 0.0)
    for _ in range(plan.probes):
        for name, port in ports.items():
            run = _nginx(port, page, plan.warm_up_seconds, headers)
            rates[name] = max(rates[name], rate_of_busy_core([run]))
    return max(rates, key=rates.__getitem__)


def _nginx(port: int, page: str, seconds: int, headers: Mapping[str, str]) -> Run:
    path = f"/{_name(page, headers)}"
    size = fetch(port, path, headers).size
    return wrk.load(f"http://127.0.0.1:{port}{path}", seconds, size, headers)


def _name(page: str, headers: Mapping[str, str]) -> str:
    """The name of the page's file for a client with these headers.

    It has no slash at the end, which would cost nginx a lookup.
    """
    name = page.strip("/") or "home"
    return f"{name}-gzip" if "Accept-Encoding" in headers else name
