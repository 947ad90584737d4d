"""`python -m tools.fleet [--short] [reach] [NUMBER…]`: run drills; all write docs/reliability.md.

`reach` compares who reaches whom with the template, as a run of all drills does first. The command
runs in namespaces of its own: the kernel ends and removes all it made, whatever happens to it.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.config import ConfigError, read
from infra.synth import synthesize
from infra.template import Design, load
from tools.fleet import losses, namespaces, reach, releases
from tools.fleet.database import Cluster
from tools.fleet.fleet import Setting
from tools.loadtest import report
from tools.loadtest.report import Outcome
from tools.postgres import folder

_FAILOVER_SECONDS = {"rds": 120, "aurora": 60}
"""The longer end of "typically 60-120 seconds" (RDS user guide, "Failing over a Multi-AZ DB
instance") and of "less than 60 seconds, and often less than 30" (Aurora user guide)."""

_FOLDER = "FLEET_FOLDER"
"""Set for the command in its own namespaces."""

_VARIABLES = ("DATABASE", "NAT_GATEWAYS")
"""The variables of a deployment that it takes."""

_SHORT = 20
"""How many times faster `--short` is."""


@dataclass(frozen=True, slots=True)
class Drill:
    title: str
    run: Callable[[Setting], Coroutine[Any, Any, Outcome]]
    variables: Mapping[str, str] = field(default_factory=dict)
    """Variables of the deployment that it needs."""


DRILLS = {
    1: Drill("`kill -9` of a task", losses.task_lost),
    2: Drill("a zone lost with the database's primary", losses.zone_lost),
    3: Drill("the primary lost, the standby behind", losses.standby_behind),
    4: Drill("control: the same, replicated asynchronously", losses.control),
    5: Drill("a bad release, rolling", releases.bad_release),
    6: Drill("a bad release, canary", releases.bad_release, {"DEPLOYMENT": "canary"}),
}

_HEAD = """
`make fleet` writes this part. It builds the design from its synthesized templates in Linux network
namespaces, one for each host: addresses, routes, gateways and security groups are the template's.
The load generator stands for the load balancer: it checks `/livez` of each task and sends users'
reads and writes to those in rotation. PostgreSQL with a synchronous standby stands for RDS.

Who reaches whom: {reached}.

A drill holds when only requests failed that had to: those on what was lost until it was noticed,
those that need the database while it is away, and those that met a bad release. **The control**
shows that the audit sees a lost write: its standby is asynchronous.

The times of checks and draining are the design's. AWS's are given to the model, not measured: a
failover takes {failover} s, and CloudWatch has a minute's metrics a minute later. Not shown: the
gate and the image of a task, TLS, disks, AWS's own seconds, and how full the other zone is when
everyone starts tasks there.
"""


def main(words: Sequence[str]) -> int:
    if reason := namespaces.missing():
        print(f"the fleet cannot run: {reason}", file=sys.stderr)
        print("make synth computes who reaches whom without it", file=sys.stderr)
        return 2
    with folder() as path:
        command = [sys.executable, "-m", "tools.fleet", *words]
        environ = {**os.environ, _FOLDER: str(path), "TMPDIR": str(path)}
        return subprocess.run(namespaces.isolated(path, command), env=environ).returncode


def inside(path: Path, words: Sequence[str]) -> int:
    """The command in its own namespaces, with an empty folder in memory."""
    named = [word for word in words if word not in ("--short", "reach")]
    everything = not set(words) - {"--short"}
    numbers = report.chosen(DRILLS, named) if named or everything else []
    speed = _SHORT if "--short" in words else 1
    variables = {name: os.environ[name] for name in _VARIABLES if os.environ.get(name)}
    try:
        config = read(variables)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    if config.database == "none":
        numbers = []  # every drill audits writes

    def design(more: Mapping[str, str]) -> Design:
        at = path / "-".join(("cdk", *more))
        if not at.exists():
            synthesize(read({"DOMAIN": "example.com", **variables, **more}), at)
        return load(at)

    failing, reached = list[str](), ""
    if everything or "reach" in words:
        reached, differences = reach.compare(design({}))
        print(f"who reaches whom: {reached}", *differences, sep="\n  ", flush=True)
        failing += ["reach"] if differences else []
    if not numbers:
        return report.end([], failing)
    cluster, failover = Cluster(path / "cluster"), _FAILOVER_SECONDS[config.database]

    def start(number: int) -> Coroutine[Any, Any, Outcome]:
        drill, place = DRILLS[number], path / str(number)
        place.mkdir()
        found = design(drill.variables)
        return drill.run(Setting(drill.title, found, cluster, place, speed, failover))

    outcomes = asyncio.run(report.run(start, numbers))
    if everything and speed == 1 and config == read({}):
        report.write(1, _HEAD.format(reached=reached, failover=failover), outcomes)
    return report.end(outcomes, failing)


if __name__ == "__main__":
    given = os.environ.get(_FOLDER)
    sys.exit(inside(Path(given), sys.argv[1:]) if given else main(sys.argv[1:]))
