"""The alarms that take a release back, evaluated as CloudWatch would."""

import pytest

from infra.template import Design
from tests.infra.conftest import Designs
from tests.infra.reading import only
from tools.fleet.cloudwatch import Alarm, Minute, release_alarms

MINUTE = Minute(requests=600, errors=0, seconds=(0.02,) * 600)


def bad(errors: int, requests: int = 600) -> Minute:
    return Minute(requests, errors, (0.02,) * requests)


def slow(share: float) -> Minute:
    late = int(600 * share)
    return Minute(600, 0, (0.02,) * (600 - late) + (2.0,) * late)


def fires(alarms: list[Alarm], *minutes: Minute) -> bool:
    return any(alarm.fires(minutes) for alarm in alarms)


@pytest.fixture(scope="module")
def alarms(designs: Designs) -> list[Alarm]:
    return release_alarms(designs("rds", "example.com"))


def test_a_service_is_taken_back_on_alarms_that_do_not_depend_on_it(design: Design) -> None:
    service = only(design, "AWS::ECS::Service")
    watched = service.properties["DeploymentConfiguration"]["Alarms"]
    assert (watched["Enable"], watched["Rollback"]) == (True, True)
    found = design.resolve_all(watched["AlarmNames"], service.stack)
    assert len(found) == len(watched["AlarmNames"]) == 2
    for alarm in found:
        assert alarm.properties["TreatMissingData"] == "notBreaching", "a quiet hour is no fault"
        assert service.logical_id not in str(alarm.raw)
        assert "AlarmActions" not in alarm.properties, "ECS's event tells of the failure, once"


def test_errors_or_slowness_of_most_tasks_take_a_release_back(alarms: list[Alarm]) -> None:
    assert fires(alarms, MINUTE, bad(600), bad(600))
    assert fires(alarms, slow(1), MINUTE, slow(1))
    assert fires(alarms, bad(5, 5), bad(5, 5)), "a quiet service"


def test_the_canary_s_share_of_errors_or_slowness_does_too(alarms: list[Alarm]) -> None:
    assert fires(alarms, MINUTE, bad(60), bad(60))
    assert fires(alarms, MINUTE, slow(0.1), slow(0.1))


def test_a_healthy_release_is_not_taken_back(alarms: list[Alarm]) -> None:
    quiet = Minute(0, 0, ())
    for minutes in (
        (quiet, quiet, quiet),
        (MINUTE, MINUTE, MINUTE),
        (MINUTE, bad(600), MINUTE),  # one minute
        (bad(2, 2), bad(2, 2), quiet),  # two errors a minute
        (bad(20), bad(20), bad(20)),  # 3 %
        (slow(0.03), slow(0.03), slow(0.03)),
    ):
        assert not fires(alarms, *minutes), minutes
