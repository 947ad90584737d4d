"""docs/scale.md: the simulated days as tables and pictures, and what they rest on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from infra.app_contract import CONNECTIONS_PER_TASK
from infra.config import DATABASE_CONNECTIONS
from tools.capacity import readers, settings
from tools.capacity.balancer import RESERVABLE, Balancer
from tools.capacity.bill import CREDITS, credits_used
from tools.capacity.checks import Check
from tools.capacity.design import Deployment
from tools.capacity.measured import Measured
from tools.capacity.model import Scenario
from tools.capacity.outcomes import DEPLOYMENTS, READERS, Outcome, morning, ordinary, television
from tools.capacity.report import basis, pictures, words
from tools.capacity.report.steps import steps

DOCS = Path(__file__).parents[3] / "docs"
PAGE = DOCS / "scale.md"
FOLDER = DOCS / "scale"
RUNS = DOCS / "scale-run.md"
"""What `--check` writes."""

PLAIN, AURORA, BEHIND = DEPLOYMENTS
LINK, CROWD = 10_000_000, 100_000_000
"""The readers of the peaks that are looked at closely."""

Days = Mapping[tuple[int, Deployment], Outcome]


@dataclass(frozen=True)
class Results:
    """What the page shows."""

    measured: Measured
    ordinary: Days
    television: Days
    checks: Sequence[Check]


def run(measured: Measured, checks: Sequence[Check], progress: Callable[[str], None]) -> Results:
    """Simulate every day of the page."""
    days, links = {}, {}
    for number in READERS:
        for deployment in DEPLOYMENTS:
            progress(f"{number:,} readers, {deployment.name}")
            days[number, deployment] = ordinary(number, deployment, measured)
            links[number, deployment] = television(number, deployment, measured)
    return Results(measured, days, links, checks)


def files(results: Results, progress: Callable[[str], None]) -> dict[Path, str]:
    """The page and its pictures."""
    days = results.ordinary
    found = {
        "readers": pictures.readers_of_a_day(),
        "tasks": pictures.tasks_of_a_day(
            {(number, one.cdn): days[number, one] for number in READERS for one in (PLAIN, BEHIND)}
        ),
        "television": pictures.link_on_television(results.television[LINK, PLAIN]),
        "cost": pictures.cost_of_a_million(
            [days[number, one] for number in READERS[1:] for one in DEPLOYMENTS]
        ),
    }
    next_steps = list(steps(results.measured))
    found |= {step.file: step.picture for step in next_steps}
    progress("other settings")
    parts = {
        "An ordinary day": _ordinary(results),
        "A link on television": _television(results),
        "What fails first": _events(results),
        "Where two to ten tasks end": _limits(results),
        "Which setting to change": _settings(results),
        "How sure it is": _sensitivity(results.measured),
        "Next steps past one database and one region": "\n".join(
            f"### {step.name}\n\n{step.text}\n\n![{step.name}](scale/{step.file}.svg)\n"
            for step in next_steps
        ),
        "What it rests on": _basis(results.measured),
        "Checks": _checks(results.checks),
    }
    scenario = days[LINK, PLAIN].scenario
    head = words.INTRODUCTION.format(late=scenario.late_seconds, cold=scenario.render_queue)
    body = "".join(f"\n## {title}\n\n{part}" for title, part in parts.items())
    return {PAGE: head + body} | {FOLDER / f"{name}.svg": text for name, text in found.items()}


def answer(outcome: Outcome, link: Outcome) -> str:
    """One question's answer, for the terminal."""
    bill, total, likes = outcome.bill(), outcome.all, outcome.likes
    million = bill.total / outcome.demand.readers * 1e6
    parts = ", ".join(f"{name} {usd(part)}" for name, part in bill.parts.items())
    lines = [
        f"{outcome.demand.readers:,.0f} readers a day, {outcome.deployment.name.replace('`', '')}",
        f"  tasks        {_range(outcome)}",
        f"  saturated    {outcome.saturated:,.0f} s",
        f"  requests     {count(total.arrived)}: {count(total.late)} late, "
        f"{count(total.refused)} refused (likes {count(likes.refused)}), "
        f"{count(total.failed)} failed",
        f"  US dollars   {usd(bill.total)} a day, {usd(million)} for a million readers",
        f"               {parts}",
        *(f"  {clock(event.second)}     {event.what}" for event in outcome.events()),
        f"With a link on television at {clock(readers.TELEVISION * 60)}",
        f"  tasks        {_range(link)}",
        f"  lost         {share(link.lost())} of {count(link.all.arrived)} requests",
        *(f"  {clock(event.second)}     {event.what}" for event in link.events()),
    ]
    return "\n".join(lines) + "\n"


def _ordinary(results: Results) -> str:
    days = results.ordinary
    rows = []
    for (number, deployment), outcome in days.items():
        bill, total, likes = outcome.bill().total, outcome.all, outcome.likes
        rows.append(
            [
                f"{number:,}",
                deployment.name,
                _range(outcome),
                count(max(outcome.day.served)),
                f"{outcome.saturated:,.0f}",
                count(total.late),
                count(likes.refused),
                count(total.failed + total.refused - likes.refused),
                usd(bill),
                usd(bill / number * 1e6),
            ]
        )
    head = (
        *("readers", "", "tasks", "most requests/s at the tasks", "saturated, s", "late"),
        *("likes refused", "others refused or failed", "USD a day", "USD for a million readers"),
    )
    same = all(
        abs(days[number, PLAIN].lost() - days[number, AURORA].lost()) < 0.001 for number in READERS
    )
    dearer = all(
        days[number, BEHIND].bill().total > days[number, PLAIN].bill().total
        for number in (LINK, CROWD)
    )
    return _join(
        words.READERS,
        table(head, rows),
        "![Tasks over the day](scale/tasks.svg)\n",
        words.SAME_DATABASE if same else "",
        "![Dollars for a million readers](scale/cost.svg)\n",
        words.DEARER.format(page=results.measured.page_bytes / 1000) if dearer else "",
    )


def _television(results: Results) -> str:
    full = readers.TELEVISION * 60 + readers.TELEVISION_RISE
    rows = [
        [
            f"{number:,}",
            deployment.name,
            count(60 * sum(outcome.demand.visits(full))),
            _range(outcome),
            f"{outcome.saturated:,.0f}",
            share(outcome.all.late / outcome.all.arrived),
            share(outcome.likes.refused / outcome.likes.arrived),
            share(outcome.all.failed / outcome.all.arrived),
        ]
        for (number, deployment), outcome in results.television.items()
        if deployment is not AURORA
    ]
    head = (
        *("readers on other days", "", "readers in the first full minute", "tasks"),
        *("saturated, s", "late", "likes refused", "failed"),
    )
    policy = PLAIN.policy()
    return _join(
        words.TELEVISION.format(at=clock(readers.TELEVISION * 60)[:5]),
        table(head, rows),
        words.TOO_LATE.format(
            readers=LINK,
            points=policy.points_out,
            period=policy.period,
            delay=policy.delay,
            first=policy.points_out * policy.period + policy.delay,
            step=100 / policy.target - 100,
            target=100 * policy.target,
            cooldown=policy.cooldown_out,
        ),
    )


def _events(results: Results) -> str:
    rows = []
    for kind, days in (("ordinary", results.ordinary), ("television", results.television)):
        for (number, deployment), outcome in days.items():
            events = "; ".join(f"{clock(one.second)} {one.what}" for one in outcome.events())
            if deployment is not AURORA:
                rows.append([f"{number:,}", deployment.name, kind, events or "nothing"])
    balancer = Balancer(results.ordinary[CROWD, PLAIN].demand, results.measured)
    peak, dimension = balancer.peak()
    return _join(
        words.EVENTS.format(reservable=RESERVABLE, peak=peak, readers=CROWD, dimension=dimension),
        table(("readers", "", "day", "what fails or is full, first to last"), rows),
    )


def _limits(results: Results) -> str:
    measured = results.measured
    rows = [
        [
            str(limit.tasks),
            "`CDN=on`" if limit.cdn else "no CloudFront",
            f"{100 * limit.use:.0f} %",
            count(limit.requests),
            f"{limit.readers / 1e6:.0f} million",
        ]
        for limit in settings.limits(measured)
    ]
    databases = [
        [limit.name, count(limit.likes), f"{limit.readers / 1e6:.0f} million"]
        for limit in settings.database_limits(measured)
    ]
    return _join(
        "In the busiest minute, the one after seven:\n",
        table(("tasks", "", "CPU use", "requests a second", "readers a day"), rows),
        table(
            ("database", "likes a second", "readers a day, whose likes take half of it"), databases
        ),
        words.CONNECTIONS.format(
            most=settings.most_tasks(), each=CONNECTIONS_PER_TASK, all=DATABASE_CONNECTIONS
        ),
        words.CREDITS.format(
            used=credits_used(results.ordinary[CROWD, PLAIN].day),
            readers=CROWD,
            earned=24 * CREDITS,
        ),
    )


def _settings(results: Results) -> str:
    measured = results.measured
    columns = [
        list(settings.remedies(number, measured, link=link))
        for number, link in ((LINK, True), (CROWD, False))
    ]
    rows = [
        [remedy.name, *(_effect(column[at][1]) for column in columns), remedy.how]
        for at, (remedy, _) in enumerate(columns[0])
    ]
    quiet = [number for number in READERS if not results.ordinary[number, PLAIN].lost()]
    scenario = results.ordinary[LINK, PLAIN].scenario
    fewest = results.ordinary[READERS[0], PLAIN].bill().parts["tasks"]
    return _join(
        words.SETTINGS,
        table(("", *_PEAKS, "how"), rows),
        words.ADVICE.format(
            enough=max(quiet), ten=fewest * (scenario.max_tasks / scenario.min_tasks - 1)
        ),
    )


def _sensitivity(measured: Measured) -> str:
    rows = [
        [
            name,
            _effect(television(LINK, PLAIN, measured, pick=pick, change=change)),
            _effect(morning(CROWD, PLAIN, measured, pick=pick, change=change)),
        ]
        for name, pick, change in (
            ("as above", "median", settings.as_it_is),
            ("the costs of the fastest run of `make bench`", "fastest", settings.as_it_is),
            ("of its slowest run", "slowest", settings.as_it_is),
            ("a vCPU is a whole measured core", "median", _twice_as_fast),
            ("ten times as many likes", "median", _more_likes),
            (
                f"scaling out takes {settings.AWS_BENCHMARK} s, as in AWS's benchmark",
                "median",
                settings.as_slow_as_aws,
            ),
        )
    ]
    return _join(words.SENSITIVITY, table(("", *_PEAKS), rows), words.NOT_SIMULATED)


def _basis(measured: Measured) -> str:
    per_reader = [
        [reader.what, *(f"{amount:g}" for amount in reader.requests), reader.why]
        for reader in (readers.RETURNING, readers.NEW)
    ]
    parts = "; ".join(f"{100 * part:.0f} % {name}" for name, part, *_ in readers.ARRIVALS)
    return _join(
        table(basis.HEAD, basis.rows(measured, PLAIN)),
        words.READERS_ASSUMED,
        table(("requests a day", *readers.NAMES, "why"), per_reader),
        words.ARRIVALS.format(new=100 * readers.NEW_SHARE, parts=parts),
    )


def _checks(checks: Sequence[Check]) -> str:
    rows = [
        [check.what, f"{check.expected:.6g}", f"{check.found:.6g}", _within(check.within)]
        for check in checks
    ]
    runs = words.RUNS if RUNS.exists() else ""
    return _join(words.CHECKS, runs, table(("", "theory", "model", "may differ by"), rows))


_PEAKS = (f"{LINK:,} readers and a link", f"{CROWD:,} readers, at seven")


def _twice_as_fast(scenario: Scenario) -> Scenario:
    return replace(scenario, task_speed=2 * scenario.task_speed)


def _more_likes(scenario: Scenario) -> Scenario:
    def demand(second: float) -> Sequence[float]:
        *others, likes = scenario.demand(second)
        return (*others, 10 * likes)

    return replace(scenario, demand=demand)


def _effect(outcome: Outcome) -> str:
    return f"{share(outcome.lost())}, {outcome.most_tasks} tasks"


def _range(outcome: Outcome) -> str:
    least, most = int(min(outcome.day.tasks)), outcome.most_tasks
    return str(least) if least == most else f"{least} to {most}"


def _within(part: float) -> str:
    return f"{100 * part:.0f} %" if part > 1e-6 else "nothing"


def _join(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def clock(second: float) -> str:
    whole = int(second)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def count(amount: float) -> str:
    """A number with three digits that count."""
    if amount < 0.5:
        return "0"
    digits = max(0, len(f"{amount:.0f}") - 3)
    return f"{round(amount, -digits):,.0f}"


def share(part: float) -> str:
    if part < 0.0001:
        return "under 0.01 %" if part else "none"
    return f"{100 * part:.2g} %" if part < 0.995 else "all"


def usd(amount: float) -> str:
    return f"{amount:,.2f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
