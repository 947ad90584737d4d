"""No alarm fires in the first hour of a healthy deployment; and they fire when they should.

The model of what AWS emits then is in minutes from the moment that the database is available.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from infra.checks.template import Design, Resource
from tests.infra.alarm_evaluation import Metrics, Series, fires, refers_to
from tests.infra.conftest import Designs
from tests.infra.reading import only

MIB, GIB = 1024**2, 1024**3
HOUR = 60
UNLIKELY = 10_000


@dataclass(frozen=True)
class FirstHours:
    """A deployment whose service begins at the minute `balancer`, with requests by the minute.

    The load balancer is made then; tasks start 3 minutes later and are ready and registered in the
    next one; CloudFormation sees a stable service a minute after that, when ECS has watched its
    deployment alarms for `bake` minutes. From `outage` on the database is down.
    """

    balancer: int
    requests: int
    bake: int = 0
    memory: int = 150 * MIB
    outage: int = UNLIKELY

    @property
    def ready(self) -> int:
        return self.balancer + 4

    @property
    def stable(self) -> int:
        return self.ready + 1 + self.bake

    def metrics(self) -> Metrics:
        delay = dict.fromkeys(self._database(), 2)
        return Metrics(self._database() | self._balancer() | self._tasks(), delay)

    def _database(self) -> dict[str, Series]:
        def up(value: Series) -> Series:
            return lambda minute: value(minute) if 0 <= minute < self.outage else None

        def connections(minute: int) -> float:
            migration = minute == self.balancer - 2
            return 4 if minute >= self.ready else float(migration)

        return {
            "FreeStorageSpace": up(lambda _: 18 * GIB),
            "FreeableMemory": up(lambda _: self.memory),
            # T3 databases are unlimited and get no launch credits. They earn 12 an hour, and a
            # busy creation (60 % of two processors for 20 minutes) borrows.
            "CPUSurplusCreditBalance": up(lambda minute: max(0, min(minute, 20) - minute // 30)),
            "CPUCreditBalance": up(lambda minute: max(0, 0.2 * (minute - 40))),
            "DatabaseConnections": up(connections),
            "VolumeBytesUsed": up(lambda _: 100 * MIB),
            "ACUUtilization": up(lambda minute: 80 if minute < 5 else 25),
        }

    def _balancer(self) -> dict[str, Series]:
        def requested(minute: int) -> float | None:
            return self.requests if self.requests and minute >= self.balancer else None

        def served(minute: int) -> float | None:
            return requested(minute) if minute > self.ready else None

        return {
            "RequestCount": served,
            "TargetResponseTime": lambda minute: (
                None if served(minute) is None else 0.4 if minute < self.ready + 2 else 0.02
            ),
            "HTTPCode_Target_5XX_Count": lambda _: None,
            # Without a target the balancer itself responds with 503.
            "HTTPCode_ELB_5XX_Count": lambda minute: (
                requested(minute) if minute <= self.ready else None
            ),
            "HealthyHostCount": lambda minute: (
                None if minute < self.ready else 0 if minute == self.ready else 2
            ),
            "UnHealthyHostCount": lambda minute: (
                None if minute < self.ready else 2 if minute == self.ready else 0
            ),
            "DaysToExpiry": lambda minute: 395 if minute % 1440 == 0 else None,
        }

    def _tasks(self) -> dict[str, Series]:
        def running(value: Series) -> Series:
            return lambda minute: value(minute) if minute >= self.ready - 1 else None

        return {
            "CPUUtilization": running(lambda minute: 95 if minute < self.ready + 1 else 5),
            "MemoryUtilization": running(lambda _: 15),
            "DatabaseAway": running(lambda minute: float(minute >= self.outage)),
        }


WAITS = {"at once": 5, "after hours for the delegation": 300}
TRAFFIC = {"nobody": 0, "scanners": 1, "a crowd": 600}


def bake(design: Design) -> int:
    """How long ECS watches after the tasks are healthy: what its alarms need, in minutes."""
    service = only(design, "AWS::ECS::Service")
    names = service.properties["DeploymentConfiguration"]["Alarms"]["AlarmNames"]
    watched = design.resolve_all(names, service.stack)
    return max(int(alarm.properties["EvaluationPeriods"]) for alarm in watched)


def fired(design: Design, hours: FirstHours, *, until: int) -> dict[str, int]:
    """The alarms that start, and in which minute."""
    found = {}
    hours = replace(hours, bake=bake(design))
    if design.of_type("AWS::RDS::DBCluster"):  # what would be free at its maximum of 4 GiB
        hours = replace(hours, memory=3 * GIB)
    service = only(design, "AWS::ECS::Service").logical_id
    for alarm in design.of_type("AWS::CloudWatch::Alarm"):
        of_state = alarm.stack.endswith("State")
        after = hours.stable if refers_to(alarm, service) else hours.balancer
        minute = fires(alarm, hours.metrics(), made=0 if of_state else after, until=until)
        if minute is not None:
            found[alarm.name] = minute
    return found


@pytest.mark.parametrize("traffic", TRAFFIC)
@pytest.mark.parametrize("wait", WAITS)
def test_no_alarm_fires_in_the_first_hour(design: Design, wait: str, traffic: str) -> None:
    """A metric without a model is a KeyError: add what AWS emits of it in these hours."""
    crowd_before_tasks = TRAFFIC[traffic] > 1
    hours = FirstHours(WAITS[wait], TRAFFIC[traffic])
    found = fired(design, hours, until=hours.ready + HOUR + HOUR // 4)
    if crowd_before_tasks:  # who announces a website that is not there yet gets that alarm
        found.pop("Observability/BalancerErrorsAlarm", None)
    assert found == {}


@pytest.mark.parametrize("database", ["rds", "aurora"])
def test_a_database_that_fails_without_any_visitor_fires_two_alarms(
    designs: Designs, database: str
) -> None:
    down = 120
    hours = FirstHours(balancer=5, requests=0, outage=down)
    found = fired(designs(database), hours, until=down + HOUR)
    assert {name.split("/")[-1]: minute - down for name, minute in found.items()} == {
        "DatabaseAwayAlarm": pytest.approx(4, abs=1),
        "NoConnectionsAlarm": pytest.approx(12, abs=1),
    }


def changed(alarm: Resource, **properties: object) -> Resource:
    without = {name: value for name, value in alarm.properties.items() if name != "Metrics"}
    return replace(alarm, properties=without | properties)


@pytest.mark.parametrize(
    ("name", "properties", "made_with_service"),
    [
        # What this design once had: credits that a T3 does not start with, and silence at once.
        (
            "Rds/CreditsAlarm",
            {
                "MetricName": "CPUCreditBalance",
                "Statistic": "Minimum",
                "Threshold": 30,
                "ComparisonOperator": "LessThanThreshold",
            },
            False,
        ),
        (
            "Observability/NoRequestsAlarm",
            {
                "MetricName": "RequestCount",
                "Statistic": "Sum",
                "Period": 900,
                "EvaluationPeriods": 1,
                "TreatMissingData": "breaching",
            },
            True,
        ),
        # Made before the first task, as without its dependency on the service.
        ("DatabaseOutage/NoConnectionsAlarm", {}, False),
        ("Observability/MissingTasksAlarm", {}, False),
    ],
)
def test_an_alarm_that_does_not_bear_the_first_hour_is_found(
    designs: Designs, name: str, properties: Mapping[str, object], made_with_service: bool
) -> None:
    [alarm] = [
        found for found in designs("rds").of_type("AWS::CloudWatch::Alarm") if found.name == name
    ]
    hours = FirstHours(balancer=30, requests=0, bake=3)
    made = hours.stable if made_with_service else hours.balancer
    minute = fires(changed(alarm, **properties), hours.metrics(), made=made, until=made + HOUR)
    assert minute is not None
