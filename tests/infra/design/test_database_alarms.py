"""The database's alarms and RDS's events."""

import pytest

from infra.app_contract import CONNECTIONS_PER_TASK, DATABASE_AWAY
from infra.checks.template import Design, Resource
from infra.config import CLIENT_CONNECTIONS, MIGRATION_CONNECTIONS, Config
from tests.infra.conftest import Designs
from tests.infra.reading import only

GIB = 1024**3
METRICS = {
    "rds": {
        "Storage": "FreeStorageSpace",
        "Credits": "CPUSurplusCreditBalance",
        "FreeMemory": "FreeableMemory",
        "Connections": "DatabaseConnections",
    },
    "aurora": {
        "Storage": "VolumeBytesUsed",
        "Capacity": "ACUUtilization",
        "FreeMemory": "FreeableMemory",
        "Connections": "DatabaseConnections",
    },
    "none": {},
}
OUTAGE = {DATABASE_AWAY: DATABASE_AWAY, "NoConnections": "DatabaseConnections"}
DATABASES = {"rds": "AWS::RDS::DBInstance", "aurora": "AWS::RDS::DBCluster"}


def alarms(design: Design) -> dict[str, Resource]:
    """The database's alarms by name."""
    return {
        alarm.name.split("/")[-1].removesuffix("Alarm"): alarm
        for alarm in design.of_type("AWS::CloudWatch::Alarm")
        if alarm.name.startswith(("Rds/", "Aurora/", "DatabaseOutage/"))
    }


def test_each_kind_of_database_has_its_alarms(design: Design, variant: tuple[str, str]) -> None:
    database = variant[0]
    found = {name: alarm.properties["MetricName"] for name, alarm in alarms(design).items()}
    assert found == METRICS[database] | (OUTAGE if database != "none" else {})
    for name, alarm in alarms(design).items():
        if name != DATABASE_AWAY:
            [dimension] = alarm.properties["Dimensions"]
            resource = design.resolve(dimension["Value"], alarm.stack)
            assert resource == only(
                design, DATABASES[database], "Instance" if database == "rds" else ""
            )


def test_they_fire_before_it_is_full(designs: Designs) -> None:
    found = alarms(designs("rds", DATABASE_STORAGE="50"))
    storage, connections = found["Storage"].properties, found["Connections"].properties
    assert (storage["ComparisonOperator"], storage["Threshold"]) == ("LessThanThreshold", 10 * GIB)
    taken = CONNECTIONS_PER_TASK * 2 * Config().max_tasks + MIGRATION_CONNECTIONS
    assert taken < connections["Threshold"] < CLIENT_CONNECTIONS


@pytest.mark.parametrize("storage", ["20", "400", "65536"])
def test_the_alarm_fires_before_the_disk_grows_by_itself(designs: Designs, storage: str) -> None:
    """RDS grows it at 10 % free, up to the ceiling, which may not be above its largest disk."""
    design = designs("rds", DATABASE_STORAGE=storage)
    properties = only(design, "AWS::RDS::DBInstance").properties
    allocated, ceiling = int(properties["AllocatedStorage"]), properties["MaxAllocatedStorage"]
    assert allocated == int(storage)
    assert allocated <= ceiling <= min(2 * allocated, 65536)
    assert alarms(design)["Storage"].properties["Threshold"] > allocated * GIB * 0.1


@pytest.mark.parametrize("database", ["rds", "aurora"])
def test_a_database_that_is_down_in_a_quiet_hour_is_an_alarm(
    designs: Designs, database: str
) -> None:
    """It reports nothing then; and before the first task it is no alarm."""
    design = designs(database)
    connections = alarms(design)["NoConnections"]
    assert connections.properties["TreatMissingData"] == "breaching"
    assert (connections.properties["Threshold"], connections.properties["Statistic"]) == (
        1,
        "Maximum",
    )
    assert only(design, "AWS::ECS::Service").logical_id in connections.raw["DependsOn"]


@pytest.mark.parametrize(
    ("database", "sources"),
    [
        ("rds", {"db-instance": ["AWS::RDS::DBInstance"]}),
        (
            "aurora",
            {
                "db-cluster": ["AWS::RDS::DBCluster"],
                "db-instance": ["AWS::RDS::DBInstance", "AWS::RDS::DBInstance"],
            },
        ),
    ],
)
def test_events_of_every_instance_and_cluster_reach_the_topic(
    designs: Designs, database: str, sources: dict[str, list[str]]
) -> None:
    design = designs(database)
    topic, policy = only(design, "AWS::SNS::Topic"), only(design, "AWS::SNS::TopicPolicy")
    found = {}
    for subscription in design.of_type("AWS::RDS::EventSubscription"):
        properties = subscription.properties
        assert design.resolve(properties["SnsTopicArn"], subscription.stack) == topic
        assert policy.logical_id in subscription.raw["DependsOn"], "RDS tests it at its creation"
        assert {"failover", "failure", "maintenance"} <= set(properties["EventCategories"])
        resources = design.resolve_all(properties["SourceIds"], subscription.stack)
        found[properties["SourceType"]] = [resource.type for resource in resources]
    assert found == sources


def test_event_categories_are_those_of_the_source(designs: Designs) -> None:
    """As `aws rds describe-event-categories` lists them; CloudFormation checks at deployment."""
    known = {
        "db-instance": {
            "availability",
            "backtrack",
            "backup",
            "configuration change",
            "creation",
            "deletion",
            "failover",
            "failure",
            "low storage",
            "maintenance",
            "notification",
            "read replica",
            "recovery",
            "restoration",
            "security",
            "security patching",
        },
        "db-cluster": {
            "configuration change",
            "creation",
            "deletion",
            "failover",
            "failure",
            "global-failover",
            "maintenance",
            "notification",
        },
    }
    for database in ("rds", "aurora"):
        for subscription in designs(database).of_type("AWS::RDS::EventSubscription"):
            properties = subscription.properties
            assert set(properties["EventCategories"]) <= known[properties["SourceType"]]
