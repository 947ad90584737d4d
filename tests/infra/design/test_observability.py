"""The service's alarms and the budget; `test_database_alarms.py` has the database's."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from infra.checks.template import Design, Resource
from infra.config import REGION
from infra.cost import book
from infra.cost.charge import Month, Size
from infra.cost.estimate import bill
from tests.infra.conftest import Designs
from tests.infra.reading import listed, only, statements

ECS = "AWS/ECS", {"ClusterName", "ServiceName"}
BALANCER = "AWS/ApplicationELB", {"LoadBalancer"}
TARGETS = "AWS/ApplicationELB", {"LoadBalancer", "TargetGroup"}
UUID = "12345678-90ab-cdef-1234-567890abcdef"

SERVICE_ALARMS = {
    "CPUUtilization": ECS,
    "MemoryUtilization": ECS,
    "TargetResponseTime": BALANCER,
    "HTTPCode_Target_5XX_Count": BALANCER,
    "HTTPCode_ELB_5XX_Count": BALANCER,
    "UnHealthyHostCount": TARGETS,
    "HealthyHostCount": TARGETS,
    "RequestCount": TARGETS,
}
CERTIFICATE = {"DaysToExpiry": ("AWS/CertificateManager", {"CertificateArn"})}


def metric(alarm: Resource) -> Mapping[str, Any]:
    """The alarm's metric, or the first of an expression."""
    metrics = [entry for entry in alarm.properties.get("Metrics", ()) if "MetricStat" in entry]
    found: Mapping[str, Any] = metrics[0]["MetricStat"]["Metric"] if metrics else alarm.properties
    return found


def alarms(design: Design) -> dict[str, Resource]:
    """The operator's alarms by their metric's name, without the database's."""
    of_database = ("Rds/", "Aurora/", "DatabaseOutage/")
    return {
        metric(alarm)["MetricName"]: alarm
        for alarm in notifying(design)
        if not alarm.name.startswith(of_database)
    }


def notifying(design: Design) -> list[Resource]:
    """Without those that ECS watches while it deploys."""
    found = design.of_type("AWS::CloudWatch::Alarm")
    return [alarm for alarm in found if "/ReleaseAlarms/" not in alarm.path]


def test_everything_that_can_fail_has_an_alarm_on_its_metric(
    design: Design, variant: tuple[str, str]
) -> None:
    found = {
        name: (
            metric(alarm)["Namespace"],
            {dimension["Name"] for dimension in metric(alarm)["Dimensions"]},
        )
        for name, alarm in alarms(design).items()
    }
    assert found == (SERVICE_ALARMS | CERTIFICATE if variant[1] else SERVICE_ALARMS)


def test_an_alarm_below_a_threshold_fires_without_data_if_nothing_runs(design: Design) -> None:
    """No registered task emits no data at all."""
    breaching = {
        name
        for name, alarm in alarms(design).items()
        if alarm.properties["TreatMissingData"] == "breaching"
    }
    assert breaching == {"HealthyHostCount"}


def test_the_alarm_on_no_requests_needs_a_day_in_which_tasks_were_healthy(design: Design) -> None:
    """So that it fires neither in the first hours nor in the night of a new website."""
    alarm = alarms(design)["RequestCount"].properties
    [expression] = [entry for entry in alarm["Metrics"] if "Expression" in entry]
    names = {
        entry["Id"]: entry["MetricStat"]["Metric"]["MetricName"]
        for entry in alarm["Metrics"]
        if "MetricStat" in entry
    }
    assert names == {"requests": "RequestCount", "tasks": "HealthyHostCount"}
    # A period without healthy tasks has no value, one without requests is 0.
    assert expression["Expression"] == "FILL(requests, 0) + 0 * tasks"
    periods = {e["MetricStat"]["Period"] for e in alarm["Metrics"] if "MetricStat" in e}
    assert periods == {3600}
    assert (alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (24, "notBreaching")


@pytest.mark.parametrize(
    "certificate", [None, f"arn:aws:acm:{REGION}:111122223333:certificate/{UUID}"]
)
def test_a_certificate_that_nobody_renews_fires_before_it_expires(
    designs: Designs, certificate: str | None
) -> None:
    design = designs(
        "rds", "example.com", **({"CERTIFICATE_ARN": certificate} if certificate else {})
    )
    alarm = alarms(design)["DaysToExpiry"]
    [dimension] = alarm.properties["Dimensions"]
    own = design.of_type("AWS::CertificateManager::Certificate")
    if certificate:
        assert (dimension["Value"], own) == (certificate, [])
    else:
        assert [design.resolve(dimension["Value"], alarm.stack)] == own
    # ACM sends it twice a day, and none of an expired certificate, which keeps firing.
    assert (alarm.properties["Period"], alarm.properties["TreatMissingData"]) == (86400, "ignore")


def test_the_minimum_of_healthy_tasks_is_the_setting(designs: Designs) -> None:
    assert alarms(designs(TASKS="3"))["HealthyHostCount"].properties["Threshold"] == 3


def test_the_alarm_on_missing_tasks_waits_for_the_first_deployment(design: Design) -> None:
    service = only(design, "AWS::ECS::Service")
    assert service.logical_id in alarms(design)["HealthyHostCount"].raw["DependsOn"]


def test_every_alarm_notifies_the_topic_when_it_starts_and_ends(design: Design) -> None:
    topic = only(design, "AWS::SNS::Topic")
    for alarm in alarms(design).values():
        for actions in ("AlarmActions", "OKActions"):
            assert design.resolve_all(alarm.properties[actions], alarm.stack) == [topic]
        assert alarm.properties["AlarmDescription"]


def test_an_address_subscribes_to_the_topic(designs: Designs) -> None:
    assert designs().of_type("AWS::SNS::Subscription") == []
    design = designs(ALARM_EMAIL="operator@example.com")
    subscription = only(design, "AWS::SNS::Subscription").properties
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "operator@example.com")
    assert design.resolve(subscription["TopicArn"], "KiroSampleState") == only(
        design, "AWS::SNS::Topic"
    )


@pytest.mark.parametrize("database", ["rds", "none"])
def test_what_notifies_may_publish_to_the_topic_and_nothing_else(
    designs: Designs, database: str
) -> None:
    design = designs(database, OUTSIDE_CHECK="on")
    allowed = {
        (resource.stack, service)
        for resource, statement in statements(design)
        if resource.type == "AWS::SNS::TopicPolicy" and statement["Effect"] == "Allow"
        for service in listed(statement["Principal"]["Service"])
    }
    names = ["cloudwatch", "budgets", "events", *(["events.rds"] if database != "none" else [])]
    assert allowed == {("KiroSampleState", f"{name}.amazonaws.com") for name in names} | {
        ("KiroSampleOutside", "cloudwatch.amazonaws.com")
    }


def test_alarms_fire_above_what_auto_scaling_aims_at(design: Design) -> None:
    for policy in design.of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
        tracking = policy.properties["TargetTrackingScalingPolicyConfiguration"]
        metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
        alarm = alarms(design)[metric.removeprefix("ECSServiceAverage")]
        assert alarm.properties["Threshold"] > tracking["TargetValue"]


def test_the_budget_is_above_the_design_s_minimum_and_below_its_maximum(design: Design) -> None:
    limit = Decimal(
        only(design, "AWS::Budgets::Budget").properties["Budget"]["BudgetLimit"]["Amount"]
    )
    expected = bill(Month(design, Size.LEAST, Size.LEAST), book.load()).total()
    assert expected < limit * Decimal("0.8")
    assert bill(Month(design, Size.MOST, Size.MOST), book.load()).total() > limit


@pytest.mark.parametrize("budget", ["300", "120"])
def test_the_budget_is_monthly_and_notifies_the_topic(designs: Designs, budget: str) -> None:
    design = designs(BUDGET_USD=budget)
    found = only(design, "AWS::Budgets::Budget")
    properties = found.properties["Budget"]
    assert (properties["TimeUnit"], properties["BudgetType"]) == ("MONTHLY", "COST")
    assert properties["BudgetLimit"] == {"Amount": int(budget), "Unit": "USD"}
    assert properties["CostTypes"] == {"IncludeTax": False}, "nor does the price"
    notified = {
        notification["Notification"]["NotificationType"]: notification["Subscribers"]
        for notification in found.properties["NotificationsWithSubscribers"]
    }
    assert set(notified) == {"ACTUAL", "FORECASTED"}
    topic = only(design, "AWS::SNS::Topic")
    for [subscriber] in notified.values():
        assert subscriber["SubscriptionType"] == "SNS"
        assert design.resolve(subscriber["Address"], found.stack) == topic
