"""Alarms: whom they notify, what they watch, and when they fire."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from ishizue_ops.config import Config
from ishizue_ops.cost import book
from ishizue_ops.cost.charges import Month, Size
from ishizue_ops.cost.estimate import bill
from ishizue_ops.design.alarms import section
from ishizue_ops.project import read
from ishizue_ops.template import Design, Resource, nodes
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import EDGE, OTHERS, only

ALARM = "AWS::CloudWatch::Alarm"
TOPIC = "AWS::SNS::Topic"
DATABASES = {"rds": "AWS::RDS::DBInstance", "aurora": "AWS::RDS::DBCluster"}

FUNCTIONS = {
    "IF": lambda condition, then, other: then if condition else other,
    "FILL": lambda value, other: other if value is None else value,
}
"""CloudWatch's functions in expressions; a missing value is None."""


def alarms(design: Design) -> dict[str, Resource]:
    """The alarms by name, without those that ECS watches while it deploys."""
    return {
        alarm.name.split("/")[-1].removesuffix("Alarm"): alarm
        for alarm in design.of_type(ALARM)
        if "/ReleaseAlarms/" not in alarm.path
    }


def test_every_alarm_notifies_a_topic_of_its_region_when_it_starts_and_ends(
    designs: Designs,
) -> None:
    design = designs("rds", "example.com", **EDGE)
    topics = {topic.stack: topic for topic in design.of_type(TOPIC)}
    assert topics.keys() == {"NotesState", "NotesOutside"}
    for alarm in alarms(design).values():
        topic = topics.get(alarm.stack, topics["NotesState"])
        for actions in ("AlarmActions", "OKActions"):
            assert design.resolve_all(alarm.properties[actions], alarm.stack) == [topic]
    for protocol in ("email", "https"):
        subscribed = {
            design.resolve(each.properties["TopicArn"], each.stack)
            for each in design.of_type("AWS::SNS::Subscription")
            if each.properties["Protocol"] == protocol
        }
        assert subscribed == set(topics.values())


@pytest.mark.parametrize("environment", ["", "staging"])
def test_an_alarm_is_named_by_its_environment_and_what_it_watches(
    designs: Designs, environment: str
) -> None:
    """Even stacks of one region share no name: the one of us-east-1 may be where the others are."""
    design = designs("rds", "example.com", **EDGE, ENVIRONMENT=environment)
    names = [alarm.properties["AlarmName"] for alarm in design.of_type(ALARM)]
    assert len({*names}) == len(names)
    prefix = f"Notes-{environment or 'production'}-"
    assert {f"{prefix}Cpu", f"{prefix}Outside-Unreachable", f"{prefix}ReleaseSlow"} <= {*names}
    assert all(name.startswith(prefix) for name in names)


def test_a_notification_has_the_first_command_of_its_section(designs: Designs) -> None:
    described = {
        environment: alarms(designs("none", ENVIRONMENT=environment))["Cpu"].properties
        for environment in ("", "staging")
    }
    told = "First: . infra/operations.sh && slowest && clients"
    assert described[""]["AlarmDescription"].endswith(told)
    staging = told.replace("First: ", "First: ENVIRONMENT=staging; ")
    assert described["staging"]["AlarmDescription"].endswith(staging)


def test_every_alarm_of_a_design_without_gateways_has_a_metric(designs: Designs) -> None:
    watching = alarms(designs("rds", "example.com", SIZE="hobby"))
    for alarm in watching.values():
        metrics = [metric for metric in nodes(dict(alarm.properties)) if "MetricName" in metric]
        assert metrics, alarm.name


@pytest.mark.parametrize("name", ["MissingTasks", "NoConnections"])
def test_what_reports_nothing_when_it_is_gone_fires_without_data_but_not_before_the_first_task(
    designs: Designs, name: str
) -> None:
    design = designs(**OTHERS)
    alarm = alarms(design)[name]
    assert alarm.properties["TreatMissingData"] == "breaching"
    service = only(design, "AWS::ECS::Service").logical_id
    refers = {"Fn::GetAtt": [service, "Name"]} in nodes(dict(alarm.properties))
    assert refers or service in alarm.raw["DependsOn"]


@pytest.mark.parametrize(
    ("running", "healthy", "fires"),
    [(10, 3, True), (10, 10, False), (2, 2, True), (3, 3, False), (None, 3, False)],
)
def test_tasks_are_missing_that_run_unhealthy_or_that_tasks_asks_for(
    designs: Designs, running: int | None, healthy: int, fires: bool
) -> None:
    """TASKS is 3."""
    alarm = alarms(designs("none", TASKS="3"))["MissingTasks"]
    counts: dict[str, int | None] = {"running": running}
    [expression] = [m["Expression"] for m in alarm.properties["Metrics"] if "Expression" in m]
    missing = eval(expression, FUNCTIONS, counts | {"healthy": healthy})
    assert (missing >= alarm.properties["Threshold"]) == fires


Minute = dict[str, float | None]
"""What is measured in a minute, by statistic and metric; absent without a data point."""


def value(alarm: Resource, minute: Minute) -> float | None:
    """The value of the alarm's metric or its expression, or None where a data point is missing."""
    properties = alarm.properties
    if "MetricName" in properties:
        assert properties["Period"] == 60
        return minute.get(f"{properties['Statistic']} {properties['MetricName']}")
    entries = properties["Metrics"]
    values = dict[str, float | None]()
    for entry in entries:
        if "MetricStat" in entry:
            measured = entry["MetricStat"]
            assert measured["Period"] == 60
            values[entry["Id"]] = minute.get(
                f"{measured['Stat']} {measured['Metric']['MetricName']}"
            )
    # The one that is watched may use another.
    for entry in sorted(entries, key=lambda entry: entry.get("ReturnData", True)):
        if "Expression" in entry:
            try:
                values[entry["Id"]] = eval(entry["Expression"], FUNCTIONS, values)
            except TypeError:
                values[entry["Id"]] = None
    return values[next(entry["Id"] for entry in entries if entry.get("ReturnData", True))]


def breaches(alarm: Resource, minute: Minute) -> bool:
    """Whether the minute is over the alarm's threshold."""
    properties = alarm.properties
    measured = value(alarm, minute)
    if measured is None:
        return bool(properties["TreatMissingData"] == "breaching")
    if properties["ComparisonOperator"] == "LessThanThreshold":
        return bool(measured < properties["Threshold"])
    return bool(measured >= properties["Threshold"])


def fires(alarm: Resource, minutes: Sequence[Minute]) -> bool:
    """Whether the alarm is ever in ALARM."""
    breaching = [breaches(alarm, minute) for minute in minutes]
    periods = alarm.properties["EvaluationPeriods"]
    wanted = alarm.properties.get("DatapointsToAlarm", periods)
    starts = range(len(breaching) - periods + 1)
    return any(sum(breaching[at : at + periods]) >= wanted for at in starts)


def away(share: float) -> Minute:
    """A minute in which so many of the checks of the database failed, and requests for data."""
    measured: Minute = {
        "Average DatabaseAway": share,
        "Sum RequestCount": 1000,
        "Maximum DatabaseConnections": 6 if share < 1 else None,
    }
    if share:
        measured["Sum HTTPCode_Target_5XX_Count"] = 200 * share
        measured["PR(:1) TargetResponseTime"] = 100 - 9 * share
    return measured


@pytest.mark.parametrize("database", DATABASES)
def test_a_lost_database_starts_one_alarm(designs: Designs, database: str) -> None:
    names = ("DatabaseAway", "NoConnections", "TaskErrors", "ResponseTime", "BalancerErrors")
    watched = {name: alarms(designs(database))[name] for name in names}

    def started(*shares: float) -> set[str]:
        minutes = [away(share) for share in (*[0] * 15, *shares, *[0] * 15)]
        return {name for name, alarm in watched.items() if fires(alarm, minutes)}

    for first, last, full in product((0.1, 0.4, 0.9), (0.1, 0.4, 0.9), (1, 2, 3, 4, 8, 16)):
        alarmed = started(first, *[1] * full, last)
        assert alarmed == {"DatabaseAway"} or (full < 3 and not alarmed), (first, full, last)
    # Lost by some of the tasks, or again and again: never by no alarm.
    for shares in product((0.1, 0.6, 1), repeat=5):
        assert started(*shares), shares
    # No task runs to say it.
    assert fires(watched["NoConnections"], [{}] * 10)


@pytest.mark.parametrize(
    ("name", "metric"),
    [("TaskErrors", "HTTPCode_Target_5XX_Count"), ("BalancerErrors", "HTTPCode_ELB_5XX_Count")],
)
def test_errors_fire_by_their_share_of_the_requests(
    designs: Designs, name: str, metric: str
) -> None:
    alarm = alarms(designs("none"))[name]

    def fired(errors: float, requests: float | None) -> bool:
        minute: Minute = {f"Sum {metric}": errors, "Sum RequestCount": requests}
        return fires(alarm, [minute] * 10)

    assert not fired(6, 20_000), "0.03 % of an ordinary day"
    assert fired(400, 20_000)
    assert fired(2, 10)
    assert not fired(1, 1), "one among few"
    # Requests without a task are not in the balancer's count.
    assert fired(100, None) is (name == "BalancerErrors")


def test_an_alarm_of_the_product_counts_periods_of_its_length(designs: Designs) -> None:
    by_name = alarms(designs("none"))
    watched = ("MetricName", "Period", "EvaluationPeriods", "ComparisonOperator", "Threshold")
    of_queue, of_notes = (
        [by_name[name].properties[key] for key in watched] for name in ("LongQueue", "NoNotes")
    )
    assert of_queue == ["WriteQueue", 60, 3, "GreaterThanOrEqualToThreshold", 500]
    assert of_notes == ["NotesWritten", 3600, 24, "LessThanThreshold", 1]


def test_the_budget_is_between_the_design_s_least_and_its_most(design: Design) -> None:
    budget = only(design, "AWS::Budgets::Budget").properties["Budget"]
    limit = Decimal(budget["BudgetLimit"]["Amount"])
    assert bill(Month(design, Size.LEAST, Size.LEAST), book.load()).total() < limit * Decimal("0.8")
    assert bill(Month(design, Size.MOST, Size.MOST), book.load()).total() > limit
    assert budget["CostTypes"] == {"IncludeTax": False}, "nor does the price"


@pytest.mark.parametrize("database", DATABASES)
def test_events_of_every_instance_and_cluster_reach_the_topic(
    designs: Designs, database: str
) -> None:
    design = designs(database)
    watched = set()
    for subscription in design.of_type("AWS::RDS::EventSubscription"):
        topic = design.resolve(subscription.properties["SnsTopicArn"], subscription.stack)
        assert topic == only(design, TOPIC)
        policy = only(design, "AWS::SNS::TopicPolicy").logical_id
        assert policy in subscription.raw["DependsOn"], "RDS tests it at its creation"
        watched |= set(design.resolve_all(subscription.properties["SourceIds"], subscription.stack))
    assert watched == set(design.of_type("AWS::RDS::DBInstance", "AWS::RDS::DBCluster"))


def test_an_alarm_links_to_the_product_s_own_runbook() -> None:
    product = replace(read({}).product, runbook_url="https://example.com/runbook")
    config = Config(product=product, github_repository="owner/name")
    assert section(config, "AWS Health") == "https://example.com/runbook#aws-health"
