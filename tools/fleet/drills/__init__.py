"""The drills by number, and the design that each runs on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.fleet.drills import database, releases, tasks, zones
from tools.fleet.fleet import Run


@dataclass(frozen=True, slots=True)
class Drill:
    title: str
    run: Run
    variables: Mapping[str, str] = field(default_factory=dict)
    """Variables of the deployment that it needs."""
    needs_database: bool = False


DRILLS = dict(
    enumerate(
        (
            Drill("tasks replaced, one by one", tasks.replaced),
            Drill("`kill -9` of a task", tasks.killed),
            Drill("tasks added and removed", tasks.scaled),
            Drill("tasks deployed that never listen or are never ready", tasks.broken),
            Drill("a balancer node lost", zones.node_lost),
            Drill("a zone lost with the database's primary", zones.primary_lost),
            Drill(
                "the NAT's zone lost, with one NAT gateway",
                zones.standby_lost,
                {"NAT_GATEWAYS": "1"},
            ),
            Drill(
                "the NAT's zone lost, with two NAT gateways",
                zones.standby_lost,
                {"NAT_GATEWAYS": "2"},
            ),
            Drill("the database stopped hard and started", database.stopped, needs_database=True),
            Drill(
                "the primary lost, the standby behind",
                database.standby_behind,
                needs_database=True,
            ),
            Drill(
                "control: the same, replicated asynchronously",
                database.asynchronous,
                needs_database=True,
            ),
            Drill("a bad release, rolling", releases.bad_release),
            Drill(
                "a bad release, canary",
                releases.bad_release,
                {"DEPLOYMENT": "canary"},
            ),
        ),
        start=1,
    )
)
