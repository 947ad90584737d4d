"""Releases: rolling, taken back on alarms, and what ECS tells of them."""

import pytest
from tests.design.test_alarms import Minute, fires

from ishizue_ops.template import Design, Resource
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import only


def service(design: Design) -> Resource:
    return only(design, "AWS::ECS::Service")


# Alarms


def test_a_service_is_taken_back_on_alarms_that_do_not_depend_on_it(design: Design) -> None:
    deployed = service(design)
    watched = deployed.properties["DeploymentConfiguration"]["Alarms"]
    assert (watched["Enable"], watched["Rollback"]) == (True, True)
    both = design.resolve_all(watched["AlarmNames"], deployed.stack)
    assert len(both) == len(watched["AlarmNames"]) == 2
    for alarm in both:
        assert deployed.logical_id not in str(alarm.raw)
        assert "AlarmActions" not in alarm.properties, "ECS's event tells of the failure, once"


def minute(bad: int, requests: int) -> Minute:
    """A minute in which so many requests failed, and were slow."""
    return {
        "Sum RequestCount": requests,
        "Sum HTTPCode_Target_5XX_Count": bad,
        "PR(:1) TargetResponseTime": 100 - 100 * bad / requests,
    }


BAD = minute(5, 5)
GOOD = minute(0, 5)
SILENT = Minute()


@pytest.mark.parametrize(
    ("minutes", "taken_back"),
    [
        ([BAD, GOOD, BAD], True),
        ([GOOD, BAD, GOOD], False),
        ([SILENT, SILENT, BAD, SILENT, SILENT], False),
        ([minute(2, 5)] * 3, False),
        ([minute(100, 1000)] * 3, True),
        ([minute(30, 1000)] * 3, False),
    ],
    ids=["two of three", "one of three", "no requests", "two among few", "a tenth", "3 %"],
)
@pytest.mark.parametrize("name", ["Errors", "Slow"])
def test_most_responses_or_a_twentieth_of_many_take_a_release_back(
    designs: Designs, name: str, minutes: list[Minute], taken_back: bool
) -> None:
    alarm = only(designs("rds"), "AWS::CloudWatch::Alarm", f"ReleaseAlarms/{name}/")
    assert fires(alarm, minutes) == taken_back


def test_a_release_keeps_capacity_and_the_number_of_tasks_and_is_taken_back(design: Design) -> None:
    assert "DesiredCount" not in service(design).properties
    configuration = service(design).properties["DeploymentConfiguration"]
    percents = configuration["MinimumHealthyPercent"], configuration["MaximumPercent"]
    assert percents == (100, 200)
    assert configuration["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}


# Events


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, {"State": ["ap-northeast-1"], "Outside": ["us-east-1", "global"]}),
        ({"OUTSIDE_CHECK": "off"}, {"State": ["ap-northeast-1"]}),
        ({"REGION": "us-east-1"}, {"State": ["us-east-1", "global"]}),
        ({"ENVIRONMENT": "staging"}, {}),
        (
            {"ENVIRONMENT": "staging", "BUDGET_USD": "50", "OUTSIDE_CHECK": "off"},
            {"StagingState": ["ap-northeast-1"]},
        ),
    ],
)
def test_one_environment_has_the_budget_and_tells_of_aws_health_and_of_global_services(
    designs: Designs, settings: dict[str, str], told: dict[str, list[str]]
) -> None:
    design = designs("none", "example.com", **settings)
    assert len(design.of_type("AWS::Budgets::Budget")) == bool(told)
    rules = [rule for rule in design.of_type("AWS::Events::Rule") if rule.name.endswith("Health")]
    found = {}
    for rule in rules:
        pattern = rule.properties["EventPattern"]
        assert pattern["detail"]["eventScopeCode"] == ["ACCOUNT_SPECIFIC"]
        found[rule.stack.removeprefix("Notes")] = pattern["detail"]["eventRegion"]
        [target] = rule.properties["Targets"]
        assert "#aws-health" in target["InputTransformer"]["InputTemplate"]
    assert found == told
