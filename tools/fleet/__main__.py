"""`python -m tools.fleet [NUMBER…]`: run faults; without numbers, write docs/reliability.md."""

import shutil
import subprocess
import sys
from dataclasses import asdict

from tools.fleet.faults import FAULTS
from tools.fleet.fleet import COLUMNS
from tools.fleet.service import REAL
from tools.loadtest import report
from tools.loadtest.report import Outcomes

_HEAD = """
`make fleet` writes this part. Three real tasks run behind HAProxy, which replaces the load balancer
and terminates TLS, on one PostgreSQL; visitors read and write at a steady rate over keep-alive
connections, and every request is counted.

Tasks start and stop as on ECS, with the containers that the template defines: the gate starts when
the application's check, `kirosample healthcheck`, passes; then the task is registered with the
balancer, and is in rotation once `/livez` answers the balancer. To stop, it is deregistered and
drained, then the gate gets SIGTERM, and after it the application. The times are the design's: the
balancer's check every {balancer_check:g} s, the container's every {container_check:g} s,
{start_timeout:g} s until the gate gives up, {deregistration:g} s of deregistration delay, and
{drain} s of draining after SIGTERM. CloudWatch has a minute's metrics {metrics_arrive:g} s later.

- **errors**: requests without a 200 or 201. Only these may have any: in 2 those in flight on the
  killed task, in 4 those that need the database during the outage, each a 503 with `Retry-After`,
  and in 6 and 7 those that met the bad release, whose every page is a 500 while `/livez` and
  `/readyz` are as always. The alarms and shares are the template's; nobody but ECS takes it back.
- The other columns are as above.

To know about ECS and its load balancer:

- ECS registers a task when its containers run, whatever their health. The gate makes it wait
  ([decision 14](decisions/0014-gate.md)). Without it, or with one that is not essential, a task
  that is never ready gets requests until ECS gives it up; a test shows that.
- HAProxy retries a refused connection on another task. By AWS's documentation the Application Load
  Balancer answers 502 then, so between the kill of a task and its deregistration, which ECS does
  within seconds, more requests may fail there than here.
"""


def write(outcomes: Outcomes, environment: str) -> None:
    parts = (
        _HEAD.format(**asdict(REAL)),
        report.table("fault", COLUMNS, outcomes),
        f"\nHAProxy {_haproxy_version()}, {environment}",
        report.details(outcomes),
    )
    report.write_fleet("\n".join(parts) + "\n")


def _haproxy_version() -> str:
    output = subprocess.run(["haproxy", "-v"], capture_output=True, text=True, check=True).stdout
    return output.split()[2]


if __name__ == "__main__":
    if not shutil.which("haproxy"):
        sys.exit("make fleet needs HAProxy: apt-get install haproxy")
    sys.exit(report.run(FAULTS, COLUMNS, write))
