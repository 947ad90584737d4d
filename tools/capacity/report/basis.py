"""What the simulation rests on: each figure, and whether it is measured, documented or assumed."""

from collections.abc import Iterator, Sequence

from tools.capacity import readers
from tools.capacity.balancer import ACTIVE, GIGABYTES, NEW, OPEN_SECONDS
from tools.capacity.bill import CREDITS
from tools.capacity.design import (
    ACU_SECONDS,
    ACU_VCPU,
    ALONE,
    FARGATE_SECONDS,
    LIKE_ALONE,
    T3_VCPUS,
    VCPU,
    Deployment,
)
from tools.capacity.measured import Measured

HEAD = ("", "what", "figure", "from")


def rows(measured: Measured, deployment: Deployment) -> Iterator[Sequence[str]]:
    """In the page's order."""
    policy, settings = deployment.policy(), deployment.settings
    scenario = deployment.scenario(readers.Demand(1).rates, measured)
    yield (
        "measured",
        "CPU of a cached page or file, a list, a like",
        f"{_micro(measured.page.median)}, {_micro(measured.favorites.median)} and "
        f"{_micro(measured.like.median)} µs",
        "`make bench`, [performance.md](performance.md): the server's core, median run",
    )
    yield (
        "measured",
        "the same in an idle task",
        f"{ALONE} times, a like {LIKE_ALONE} times",
        "requests share the work of waking up the busier a task is: seen at a quarter core too "
        "([scale-run.md](scale-run.md))",
    )
    yield (
        "measured",
        "CPU of an uncached page",
        f"{measured.cold.median * 1e3:.1f} ms",
        "the same, unique `/date?date=`; a task renders one at a time",
    )
    yield (
        "measured",
        "database's CPU of a like and of a list",
        f"at most {_micro(measured.write)} and {_micro(measured.read)} µs",
        "the same: what the load's client had left of its core; a whole response",
    )
    yield (
        "code",
        "deadlines and queues",
        f"a like {scenario.write_wait:.1f} s, {scenario.write_queue:,} likes",
        "[`limits.py`](../src/kirosample/limits.py): of a write's deadline, less its statement",
    )
    yield (
        "template",
        "tasks, target of CPU use, cooldowns",
        f"{settings.min_tasks} to {settings.max_tasks}, {100 * policy.target:.0f} %, "
        f"{policy.cooldown_out:g} and {policy.cooldown_in:g} s",
        "synthesized",
    )
    yield (
        "AWS",
        "target tracking",
        f"{policy.points_out} points out, {policy.points_in} in",
        "pages named in [`scaling.py`](../tools/capacity/scaling.py); a metric is "
        f"{policy.delay:g} s old",
    )
    yield (
        "AWS, template",
        "a new task is in service after",
        f"{deployment.start_seconds():g} s",
        f"{FARGATE_SECONDS} s until its containers run (AWS's benchmark of ECS, June 2026), then "
        "the container's, the gate's and the balancer's check, each at its slowest",
    )
    yield (
        "AWS",
        "requests that wait in a task",
        f"{scenario.task_queue:,.0f}",
        "connections: Fargate's limit of open files",
    )
    yield "assumed", "a vCPU", f"{VCPU:g} of the measured core", "it is a hyperthread"
    yield (
        "AWS",
        "`db.t3.micro`",
        f"{T3_VCPUS} vCPUs, {CREDITS} credits an hour",
        "RDS runs T3 in unlimited mode: never throttled, surplus credits are charged",
    )
    yield (
        "assumed",
        "an Aurora unit (ACU)",
        f"{ACU_VCPU:g} vCPU; half a unit more in {ACU_SECONDS} s",
        'AWS: 2 GiB and "corresponding" CPU, scaled in seconds',
    )
    yield (
        "AWS",
        "a balancer unit (LCU)",
        f"{NEW} new connections/s, {ACTIVE:,} active, {GIGABYTES} GB an hour",
        "Elastic Load Balancing pricing; the rules are fewer than those that count",
    )
    yield (
        "assumed",
        "connections",
        f"a reader's one, open for {OPEN_SECONDS} s",
        "HTTP/2, and the idle timeout; CloudFront opens one for ten requests",
    )
    yield (
        "assumed",
        "CloudFront passes on",
        f"{100 * readers.CDN_MISSES:.1f} % of pages and files",
        f"and {readers.CACHES} regional caches ask for `/` every {readers.HOME_SECONDS} s in "
        f"{readers.LANGUAGES} languages; it collapses requests for one page. Pages of other dates "
        "all reach the tasks",
    )
    yield (
        "price book",
        "all prices",
        "Tokyo, on demand",
        "[cost.md](cost.md). Data out of the balancer has its first tier's price here, so a "
        "hundred million readers pay less on AWS. Not counted: the access log, Aurora's I/O, "
        "support, tax",
    )


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:.0f}"
