"""`python -m ishizue_ops.fleet [--short] [reach] [NUMBER…]`: lose tasks, zones and databases.

`reach` compares who reaches whom with the template, as a run of all drills does first. The command
runs in namespaces of its own: the kernel ends and removes all it made, whatever happens to it.
docs/reliability.md says what each drill breaks, and what must hold.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from ishizue.testing.postgres import folder
from ishizue_ops.config import ConfigError
from ishizue_ops.fleet import losses, namespaces, reach, releases
from ishizue_ops.fleet.database import Cluster
from ishizue_ops.fleet.fleet import Setting
from ishizue_ops.load import report
from ishizue_ops.load.workload import workload
from ishizue_ops.project import read
from ishizue_ops.synth import synthesize
from ishizue_ops.template import Design, load

DRILLS: dict[int, tuple[Callable[[Setting], report.Started], str]] = {
    1: (losses.task_lost, "rolling"),
    2: (losses.zone_lost, "rolling"),
    3: (losses.standby_behind, "rolling"),
    4: (losses.control, "rolling"),
    5: (releases.bad_release, "rolling"),
    6: (releases.bad_release, "canary"),
}
"""Each with the `DEPLOYMENT` of the design that it needs."""

_FAILOVER_SECONDS = {"rds": 120, "aurora": 60}
"""The longer end of "typically 60-120 seconds" (RDS user guide, "Failing over a Multi-AZ DB
instance") and of "less than 60 seconds, and often less than 30" (Aurora user guide)."""

_FOLDER = "FLEET_FOLDER"
"""Set for the command in its own namespaces."""

_VARIABLES = ("DATABASE", "NAT_GATEWAYS")
"""The variables of a deployment that it takes."""

_SHORT = 20
"""How many times faster `--short` is."""


def main(words: Sequence[str]) -> int:
    if reason := namespaces.missing():
        print(f"the fleet cannot run: {reason}", file=sys.stderr)
        print("make synth computes who reaches whom without it", file=sys.stderr)
        return 2
    with folder() as path:
        command = [sys.executable, "-m", "ishizue_ops.fleet", *words]
        environ = {**os.environ, _FOLDER: str(path), "TMPDIR": str(path)}
        return subprocess.run(namespaces.isolated(path, command), env=environ).returncode


def inside(path: Path, words: Sequence[str]) -> int:
    """The command in its own namespaces, with an empty folder in memory."""
    speed = _SHORT if "--short" in words else 1
    named = [word for word in words if word != "--short"]
    variables = {name: os.environ[name] for name in _VARIABLES if os.environ.get(name)}
    try:
        database = read(variables).database
        audits = database != "none" and named != ["reach"]  # as every drill does
        if audits:
            workload()
    except ConfigError as error:
        print(f"fleet: {error}", file=sys.stderr)
        return 2

    @cache
    def design(deployment: str) -> Design:
        at = path / deployment
        synthesize(read({"DOMAIN": "example.com", "DEPLOYMENT": deployment, **variables}), at)
        return load(at)

    failing = list[str]()
    if not named or "reach" in named:
        reached, differences = reach.compare(design("rolling"))
        print(f"who reaches whom: {reached}", *differences, sep="\n  ", flush=True)
        failing = ["reach"] if differences else []
    if not audits:
        print("reach fails" if failing else "reach holds")
        return len(failing)
    numbers = report.chosen(DRILLS, [word for word in named if word != "reach"])
    cluster = Cluster(path / "cluster")

    def start(number: int) -> report.Started:
        drill, deployment = DRILLS[number]
        place = path / str(number)
        place.mkdir()
        seconds = _FAILOVER_SECONDS[database]
        return drill(Setting(design(deployment), cluster, place, speed, seconds))

    return report.run(start, numbers, failing)


if __name__ == "__main__":
    given = os.environ.get(_FOLDER)
    sys.exit(inside(Path(given), sys.argv[1:]) if given else main(sys.argv[1:]))
