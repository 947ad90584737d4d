"""`python -m tools.fleet [--short] [reach] [NUMBER…]`: run drills; all write docs/reliability.md.

`reach` compares who reaches whom with the template, as a run of all drills does first.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict

from infra.config import ConfigError, read
from tools.fleet import sandbox
from tools.fleet.drills import DRILLS, reachability, run
from tools.fleet.fleet import COLUMNS, Result
from tools.fleet.isolated import Failed, isolated
from tools.fleet.network.reach import Comparison
from tools.fleet.pace import QUICK, REAL
from tools.loadtest import report
from tools.loadtest.report import Outcomes

_VARIABLES = ("DATABASE", "NAT_GATEWAYS")
"""The variables of a deployment that it takes."""

_AT_ONCE = {True: 3, False: 5}
"""How many drills run at the same time, in short and in full: they mostly wait."""

_HEAD = """
`make fleet` writes this part. It builds the design from its synthesized templates in Linux network
namespaces, one for each host: addresses, routes and gateways are the template's, and so are the
security groups, as stateful nftables rules. HAProxy stands for the load balancer's node of each
zone, PostgreSQL with a synchronous standby for RDS, and a server on the internet's side for ECR and
Secrets Manager, which tasks reach through the NAT gateway. {reached}.

Then it breaks things while users read and write at a steady rate over TLS, each over a connection
to one of the balancer's addresses, or to the other when that one does not answer. Tasks start and
stop as on ECS, with the containers that the template defines: once image and secrets are there, the
application starts, and the gate when its check, `kirosample healthcheck`, passes; then the task is
registered, and is in rotation once `/livez` answers the balancer. To stop, it is deregistered and
drained, then the gate gets SIGTERM, and after it the application.

- **requests**: all; **failing**: those without a 200 or 201, also a stated 503 with `Retry-After`;
  **seconds**: in how many seconds at least one began that failed.
- **writes acknowledged**: those with a success; **found**: writes in the database; **lost**:
  acknowledged and not found; **twice**: found more than once. More may be found than acknowledged:
  a write is done although its response is lost.
- A drill holds when only requests failed that had to: those on what was lost until it was noticed,
  those that need the database while it is away, and those that met a bad release.
- **The control** shows that the audit sees a lost write: its standby is asynchronous.

The design's times: the balancer's check every {balancer_check:g} s, two for either verdict, the
container's every {container_check:g} s, {start_timeout:g} s until the gate gives up,
{deregistration:g} s of deregistration delay, {drain} s of draining after SIGTERM. AWS's, as it
documents them: a failover of RDS takes {rds_failover:g} s ("typically 60-120 seconds"), one of
Aurora {aurora_failover:g} s ("less than 60 seconds, and often less than 30"), clients keep a lost
node's address for {dns:g} s (the TTL of its name), and CloudWatch has a minute's metrics
{metrics_arrive:g} s later.

**What it cannot show**: AWS's own seconds. The times of a failover and of CloudWatch are given to
the model, not measured. Those of RDS going on without its standby ({alone:g} s here), of ELB
noticing a lost node, of ECS deregistering a killed task (here only the balancer's check takes it
out) and between a start's attempts ({pull:g} s) are not documented. Nor does it show connection
draining of the real load balancer or its 502 and 504 (HAProxy answers 503), Aurora's shared storage
(a synchronous standby stands for it), TLS to the database, disks (all is in memory), or how full
the other zone is when everyone starts tasks there.

- ECS registers a task when its containers run, whatever their health. The gate makes it wait
  ([decision 14](decisions/0014-gate.md)). Without it, or with one that is not essential, a task
  that is never ready gets requests until ECS gives it up; a test shows that.
"""


def write(outcomes: Outcomes, reached: Comparison, environment: str) -> None:
    parts = (
        _HEAD.format(reached=f"W{str(reached)[1:]}", **asdict(REAL)),
        report.table("drill", COLUMNS, outcomes),
        f"\nHAProxy {_haproxy_version()}, {environment}",
        report.details(outcomes),
    )
    report.write_fleet("\n".join(parts) + "\n")


def _haproxy_version() -> str:
    output = subprocess.run(["haproxy", "-v"], capture_output=True, text=True, check=True).stdout
    return output.split()[2]


def _missing() -> str:
    """What this machine lacks, in a line; empty if nothing."""
    if shutil.which("haproxy") is None:
        return "haproxy is missing: apt-get install haproxy"
    return sandbox.missing()


def main(words: Sequence[str]) -> int:
    short, named = "--short" in words, [word for word in words if word != "--short"]
    unknown = [name for name in named if name not in ("reach", *map(str, DRILLS))]
    if unknown:
        known = f"--short, reach and 1 to {len(DRILLS)}"
        print(f"there is no {unknown[0]}, only {known}", file=sys.stderr)
        return 2
    variables = {name: os.environ[name] for name in _VARIABLES if os.environ.get(name)}
    try:
        config = read(variables)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    if reason := _missing():
        print(f"the fleet cannot run: {reason}", file=sys.stderr)
        print("make synth computes who reaches whom without it", file=sys.stderr)
        return 2
    possible = [
        number
        for number, drill in DRILLS.items()
        if config.database != "none" or not drill.needs_database
    ]
    numbers = [number for number in possible if not named or str(number) in named]
    reached, outcomes = None, list[tuple[int, Result]]()
    with isolated(variables, QUICK if short else REAL) as made:
        try:
            if not named or "reach" in named:
                reached = asyncio.run(made.run(reachability, "who reaches whom", Comparison))
                print(reached, *reached.differences, sep="\n  ", flush=True)
            if numbers:
                outcomes = asyncio.run(run(made, numbers, at_once=_AT_ONCE[short]))
                print(report.table("drill", COLUMNS, outcomes))
        except Failed as failed:
            print(f"without a result: {failed}", file=sys.stderr)
            return 1
    if reached and not (short or named) and config == read({}):
        write(outcomes, reached, asyncio.run(report.environment()))
    wrong = ["reach"] if reached and reached.differences else []
    wrong += [str(number) for number, result in outcomes if result.failures]
    print(f"what fails: {', '.join(wrong)}" if wrong else "all of it holds")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
