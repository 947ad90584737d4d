"""What an operator sees and is told of."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from tests.infra.conftest import Designs
from tests.infra.reading import listed, only, statements

from infra.report.cost import book
from infra.report.cost.charge import Month, Size
from infra.report.cost.estimate import bill
from infra.report.template import Design, Resource
from kirosample import limits

ECS = "AWS/ECS", {"ClusterName", "ServiceName"}
BALANCER = "AWS/ApplicationELB", {"LoadBalancer"}
TARGETS = "AWS/ApplicationELB", {"LoadBalancer", "TargetGroup"}
RDS = "AWS/RDS", {"DBInstanceIdentifier"}
AURORA = "AWS/RDS", {"DBClusterIdentifier"}
GIB = 1024**3

# Namespace and dimensions, statistic, seconds, how many such periods, threshold, missing data.
SERVICE_ALARMS = {
    "CPUUtilization": (*ECS, "Average", 300, 3, ">=", 90, "notBreaching"),
    "MemoryUtilization": (*ECS, "Average", 300, 3, ">=", 90, "notBreaching"),
    "TargetResponseTime": (*BALANCER, "p99", 300, 3, ">=", 1, "notBreaching"),
    "HTTPCode_Target_5XX_Count": (*BALANCER, "Sum", 300, 2, ">=", 10, "notBreaching"),
    "HTTPCode_ELB_5XX_Count": (*BALANCER, "Sum", 300, 2, ">=", 10, "notBreaching"),
    "UnHealthyHostCount": (*TARGETS, "Maximum", 60, 5, ">=", 1, "notBreaching"),
    # Nothing is measured while no task is registered, or nobody comes.
    "HealthyHostCount": (*TARGETS, "Minimum", 60, 10, "<", 2, "breaching"),
    "RequestCount": (*BALANCER, "Sum", 900, 1, "<", 1, "breaching"),
}
DATABASE_ALARMS = {
    "rds": {
        "FreeStorageSpace": (*RDS, "Minimum", 300, 3, "<", 4 * GIB, "notBreaching"),
        "CPUCreditBalance": (*RDS, "Minimum", 300, 3, "<", 30, "notBreaching"),
        "DatabaseConnections": (*RDS, "Maximum", 300, 3, ">=", 72, "notBreaching"),
    },
    "aurora": {
        "VolumeBytesUsed": (*AURORA, "Maximum", 3600, 1, ">=", 20 * GIB, "notBreaching"),
        "ACUUtilization": (*AURORA, "Average", 300, 3, ">=", 90, "notBreaching"),
        "DatabaseConnections": (*AURORA, "Maximum", 300, 3, ">=", 72, "notBreaching"),
    },
    "none": {},
}
OPERATORS = {"GreaterThanOrEqualToThreshold": ">=", "LessThanThreshold": "<"}


def alarms(design: Design) -> dict[str, Resource]:
    """Every alarm by its metric's name."""
    return {
        alarm.properties["MetricName"]: alarm for alarm in design.of_type("AWS::CloudWatch::Alarm")
    }


def watched(alarm: Resource) -> tuple[Any, ...]:
    """The row of the tables above."""
    said = alarm.properties
    # Each one's every period counts.
    assert said.get("DatapointsToAlarm", said["EvaluationPeriods"]) == said["EvaluationPeriods"]
    return (
        said["Namespace"],
        {dimension["Name"] for dimension in said["Dimensions"]},
        said.get("Statistic") or said["ExtendedStatistic"],
        said["Period"],
        said["EvaluationPeriods"],
        OPERATORS[said["ComparisonOperator"]],
        said["Threshold"],
        said["TreatMissingData"],
    )


def test_every_thing_that_can_go_wrong_has_its_alarm(
    design: Design, variant: tuple[str, str]
) -> None:
    found = {metric: watched(alarm) for metric, alarm in alarms(design).items()}
    assert found == SERVICE_ALARMS | DATABASE_ALARMS[variant[0]]
    assert len(design.of_type("AWS::CloudWatch::Alarm")) == len(found)


def test_as_many_tasks_have_to_be_healthy_as_are_to_run(designs: Designs) -> None:
    assert alarms(designs(TASKS="3"))["HealthyHostCount"].properties["Threshold"] == 3


def test_the_first_deployment_is_no_alarm_while_its_tasks_start(design: Design) -> None:
    service = only(design, "AWS::ECS::Service")
    assert service.logical_id in alarms(design)["HealthyHostCount"].raw["DependsOn"]


def test_every_alarm_tells_the_topic_when_it_begins_and_ends(design: Design) -> None:
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


def test_alarms_and_the_budget_may_publish_although_the_topic_has_a_policy(design: Design) -> None:
    allowed = {
        service
        for resource, statement in statements(design)
        if resource.type == "AWS::SNS::TopicPolicy" and statement["Effect"] == "Allow"
        for service in listed(statement["Principal"]["Service"])
    }
    assert allowed == {"cloudwatch.amazonaws.com", "budgets.amazonaws.com"}


def test_alarms_come_after_auto_scaling_had_its_chance(design: Design) -> None:
    for metric, target in (("CPUUtilization", 70), ("MemoryUtilization", 80)):
        assert alarms(design)[metric].properties["Threshold"] > target


def test_the_database_tells_before_it_is_full(designs: Designs) -> None:
    found = alarms(designs("rds", DATABASE_STORAGE="50"))
    storage, connections = found["FreeStorageSpace"].properties, found["DatabaseConnections"]
    assert (storage["ComparisonOperator"], storage["Threshold"]) == (
        "LessThanThreshold",
        10 * GIB,
    )
    threshold = connections.properties["Threshold"]
    taken = (limits.POOL_CONNECTIONS + limits.WRITER_CONNECTIONS) * limits.MOST_TASKS
    assert taken <= threshold < limits.DATABASE_CONNECTIONS


def test_the_budget_tells_of_surprises_and_not_of_what_the_design_costs(design: Design) -> None:
    limit = Decimal(
        only(design, "AWS::Budgets::Budget").properties["Budget"]["BudgetLimit"]["Amount"]
    )
    expected = bill(Month(design, Size.LEAST, Size.LEAST), book.load()).total()
    assert expected < limit * Decimal("0.8")
    assert bill(Month(design, Size.MOST, Size.MOST), book.load()).total() > limit


@pytest.mark.parametrize("budget", ["300", "120"])
def test_the_budget_is_a_months_and_tells_the_topic(designs: Designs, budget: str) -> None:
    design = designs(BUDGET_USD=budget)
    found = only(design, "AWS::Budgets::Budget")
    said = found.properties["Budget"]
    assert (said["TimeUnit"], said["BudgetType"]) == ("MONTHLY", "COST")
    assert said["BudgetLimit"] == {"Amount": int(budget), "Unit": "USD"}
    assert said["CostTypes"] == {"IncludeTax": False}, "the price has none either"
    told = {
        notification["Notification"]["NotificationType"]: notification["Subscribers"]
        for notification in found.properties["NotificationsWithSubscribers"]
    }
    assert set(told) == {"ACTUAL", "FORECASTED"}
    topic = only(design, "AWS::SNS::Topic")
    for [subscriber] in told.values():
        assert subscriber["SubscriptionType"] == "SNS"
        assert design.resolve(subscriber["Address"], found.stack) == topic


def graphs(design: Design) -> list[dict[str, Any]]:
    """The properties of each of the dashboard's widgets."""
    body = only(design, "AWS::CloudWatch::Dashboard").properties["DashboardBody"]
    text = "".join(part if isinstance(part, str) else "x" for part in body["Fn::Join"][1])
    return [widget["properties"] for widget in json.loads(text)["widgets"]]


def test_the_dashboard_shows_the_applications_metrics_beside_the_platforms(design: Design) -> None:
    shown = {(metric[0], metric[1]) for graph in graphs(design) for metric in graph["metrics"]}
    assert {
        ("AWS/ECS", "CPUUtilization"),
        ("AWS/ECS", "MemoryUtilization"),
        ("AWS/ApplicationELB", "RequestCount"),
        ("AWS/ApplicationELB", "TargetResponseTime"),
        ("KiroSample", "Requests"),
        ("KiroSample", "Errors"),
        ("KiroSample", "LatencyMs"),
        ("KiroSample", "WriteQueue"),
        ("KiroSample", "PoolInUse"),
    } <= shown


@pytest.mark.parametrize("title", ["CPU and memory, %", "Requests and errors a minute"])
def test_the_legend_of_a_graph_names_what_its_title_names(design: Design, title: str) -> None:
    [graph] = [graph for graph in graphs(design) if graph["title"].startswith(title)]
    labels = [metric[-1]["label"].lower() for metric in graph["metrics"]]
    named = re.sub(r"(,| a minute).*", "", graph["title"]).lower()
    assert " and ".join(labels) == named


def test_what_is_billed_by_the_metric_is_off(design: Design) -> None:
    for cluster in design.of_type("AWS::ECS::Cluster"):
        assert cluster.properties["ClusterSettings"] == [
            {"Name": "containerInsights", "Value": "disabled"}
        ]
