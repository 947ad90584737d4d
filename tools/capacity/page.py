"""The tables of docs/scale.md, its pictures, and what its advice rests on.

People write the page; each table stands between `<!-- capacity: NAME -->` and `<!-- /capacity -->`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ishizue_ops.cost.charge import Line
from tools.capacity import plots
from tools.capacity.design import Deployment
from tools.capacity.model import Kind
from tools.capacity.outcomes import EVENING, MORNING, Outcome, outcome
from tools.capacity.readers import LIKE, demand

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
READERS = (10_000, 1_000_000, 10_000_000, 100_000_000)
LINK, CROWD = READERS[2:]
"""The readers of the peaks that are looked at closely."""

PLAIN, AURORA, BEHIND = Deployment("rds"), Deployment("aurora"), Deployment("rds", cdn=True)
MAX_TASKS = PLAIN.settings.max_tasks

SLOW = 363
"""Seconds that scaling out took with the metric of a minute, in AWS's benchmark of June 2026."""

_BLOCK = re.compile(r"(?<=<!-- capacity: )(\w+) -->.*?(?=<!-- /capacity -->)", re.DOTALL)


@dataclass(frozen=True)
class Results:
    """What the page shows: days by readers and CDN, and the two peaks by what is changed."""

    kinds: Sequence[Kind]
    ordinary: Mapping[tuple[int, bool], Outcome]
    television: Mapping[tuple[int, bool], Outcome]
    settings: Mapping[str, Sequence[Outcome]]
    doubts: Mapping[str, Sequence[Outcome]]


def run(kinds: Sequence[Kind], progress: Callable[[str], None]) -> Results:
    """Simulate every day of the page."""
    ordinary, television = {}, {}
    for number in READERS:
        for deployment in (PLAIN, BEHIND):
            progress(f"{number:,} readers, CDN={_cdn(deployment)} …")
            key = number, deployment.cdn
            ordinary[key] = outcome(number, deployment, kinds)
            television[key] = outcome(number, deployment, kinds, EVENING)

    def peaks(deployment: Deployment = PLAIN, **changes: object) -> Sequence[Outcome]:
        return (
            outcome(LINK, deployment, kinds, EVENING, **changes),
            outcome(CROWD, deployment, kinds, MORNING, **changes),
        )

    progress("other settings …")
    policy = PLAIN.policy()
    slow = replace(policy, delay=SLOW - policy.points_out * policy.period)
    settings = {
        "as it is": peaks(),
        f"`TASKS={MAX_TASKS}`": peaks(min_tasks=MAX_TASKS),
        "`CDN=on`": peaks(BEHIND),
        f"`CDN=on` and `TASKS={MAX_TASKS}`": peaks(BEHIND, min_tasks=MAX_TASKS),
    }
    doubts = {
        "a vCPU is a whole measured core": peaks(task_speed=1.0),
        "a vCPU is a third of one": peaks(task_speed=1 / 3),
        f"scaling out takes {SLOW} s, as AWS measured": peaks(policy=slow),
    }
    return Results(kinds, ordinary, television, settings, doubts)


def claims(results: Results) -> Iterator[tuple[str, bool]]:
    """What the page's words say in every run, and whether it is so."""
    for (number, cdn), day in results.ordinary.items():
        if number <= LINK:
            yield f"{number:,} readers lose nothing on an ordinary day", not day.lost
        if cdn and number > READERS[0]:
            dearer = day.price > results.ordinary[number, False].price
            yield f"CDN=on costs more for {number:,} readers", dearer
    for (number, cdn), link in results.television.items():
        if cdn or number < LINK:
            yield f"{number:,} readers lose nothing of a link", link.lost < 0.001
    (plain, crowd), (tasks, ten), (behind, few), both = (
        [each.lost for each in peaks] for peaks in results.settings.values()
    )
    yield "either setting keeps the link of ten million", plain > tasks == behind == 0
    yield "CDN=on helps a hundred million more than tasks do", crowd > ten > few > 0
    yield "both settings keep a hundred million", both == [0, 0]
    likes = results.ordinary[CROWD, False].demand.busiest()[LIKE]
    yield "RDS has room for all likes, Aurora not", PLAIN.likes() > likes > AURORA.likes()
    tasks_usd = results.ordinary[READERS[0], False].bill()[Line.FARGATE.value]
    more = tasks_usd * (MAX_TASKS / PLAIN.settings.min_tasks - 1)
    yield "all tasks all day cost 12 US dollars more", round(more) == 12 and MAX_TASKS == 10


def files(results: Results) -> dict[Path, str]:
    """The page with its tables, and its pictures."""
    tables = {
        "ordinary": _days(results.ordinary.values()),
        "television": _days(results.television.values()),
        "prices": _prices(results),
        "settings": _peaks(results.settings),
        "limits": _limits(results.kinds),
        "doubts": _peaks(results.doubts),
    }
    page = _BLOCK.sub(
        lambda found: f"{found[1]} -->\n{tables[found[1]]}", PAGE.read_text(encoding="utf-8")
    )
    days, links = results.ordinary, results.television
    pictures = {
        "day": plots.tasks([days[CROWD, False], days[CROWD, True]], 60),
        "television": plots.tasks([links[LINK, False], links[LINK, True]], 5),
    }
    folder = PAGE.with_suffix("")
    return {PAGE: page, **{folder / f"{name}.svg": text for name, text in pictures.items()}}


def answer(day: Outcome, link: Outcome) -> str:
    """One question's answer, for the terminal."""
    parts = ", ".join(f"{part} {usd:,.2f}" for part, usd in day.bill().items())
    lines = [
        f"{day.readers:,.0f} readers a day, {day.deployment.database}, CDN={_cdn(day.deployment)}",
        f"  US dollars   {day.price:,.2f} a day: {parts}",
    ]
    for each in (day, link):
        lines += ["With a link on television:"] if each is link else []
        lines += [f"  tasks        {each.tasks}", f"  lost         {share(each.lost)}"]
        lines += [f"  {event}" for event in each.events()]
    return "\n".join(lines) + "\n"


def _days(days: Iterable[Outcome]) -> str:
    head = ("readers", "CDN", "requests/s", "tasks", "lost", "what fails, first to last")
    rows = []
    for day in days:
        most, events = day.demand.busiest().sum(), "; ".join(day.events()) or "nothing"
        cells = f"{most:,.0f}", day.tasks, share(day.lost), events
        rows.append((f"{day.readers:,}", _cdn(day.deployment), *cells))
    return table(head, rows)


def _prices(results: Results) -> str:
    head = ("readers", "RDS", "Aurora", "RDS, `CDN=on`", "RDS, a million", "`CDN=on`, a million")
    rows = []
    for number in READERS:
        plain, behind = (results.ordinary[number, cdn] for cdn in (False, True))
        days = [day.price for day in (plain, replace(plain, deployment=AURORA), behind)]
        millions = [days[0] / number * 1e6, days[2] / number * 1e6]
        rows.append((f"{number:,}", *(f"{usd:,.2f}" for usd in (*days, *millions))))
    return table(head, rows)


def _limits(kinds: Sequence[Kind]) -> str:
    """Readers of a day in whose busiest second so many tasks have this use of their CPU."""
    target, rows = PLAIN.policy().target, []
    for deployment in (PLAIN, BEHIND):
        million = demand(1e6, cdn=deployment.cdn)
        rates = list(zip(million.busiest(), kinds, strict=True))
        work = sum(rate * kind.cpu for rate, kind in rates)
        more = sum(rate * kind.cpu * (kind.alone - 1) for rate, kind in rates)
        speed = deployment.scenario(million, kinds).task_speed
        for tasks in (PLAIN.settings.min_tasks, MAX_TASKS):
            # `model.utilization`, solved for the load.
            most = [use * tasks * speed / (work + more - use * more) for use in (target, 1)]
            rows.append((f"{tasks}", _cdn(deployment), *(f"{each:.0f} million" for each in most)))
    return table(("tasks", "CDN", f"readers at {target:.0%} CPU", "readers at 100%"), rows)


def _peaks(found: Mapping[str, Sequence[Outcome]]) -> str:
    rows = [
        (name, *(f"{share(each.lost)}, {each.tasks}" for each in peaks))
        for name, peaks in found.items()
    ]
    return table(("", f"{LINK:,} and a link", f"{CROWD:,} at seven"), rows)


def _cdn(deployment: Deployment) -> str:
    return "on" if deployment.cdn else "off"


def share(part: float) -> str:
    if part < 0.0001:
        return "under 0.01 %" if part else "none"
    return f"{100 * part:.2g} %"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
