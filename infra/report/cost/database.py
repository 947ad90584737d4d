"""What the database costs a month: RDS by its class and disk, Aurora by its capacity units."""

from collections.abc import Iterator
from decimal import Decimal

from infra.report.cost.charge import Charge, CostError, Line, Month, number, plain
from infra.report.cost.usage import HOURS
from infra.report.template import Resource

SERVERLESS = "db.serverless"
_FREE_DAYS_OF_INSIGHTS = 7


def _instance(resource: Resource, month: Month) -> Iterator[Charge]:
    _refuse_unpriced(resource)
    if "DBClusterIdentifier" in resource.properties:
        yield from _aurora_instance(resource, month)
    else:
        yield from _rds_instance(resource)


def _rds_instance(resource: Resource) -> Iterator[Charge]:
    """Backups up to the size of the disk are part of its price."""
    properties = resource.properties
    if properties.get("Engine") != "postgres":
        raise CostError(f"{resource.type} {resource.name}: only the engine postgres has a price")
    if properties.get("StorageType") != "gp3":
        raise CostError(f"{resource.type} {resource.name}: only the storage gp3 has a price")
    zones = "-multi-az" if str(properties.get("MultiAZ", False)).lower() == "true" else ""
    kind = properties.get("DBInstanceClass", "")
    gigabytes = number(resource, "AllocatedStorage", properties.get("AllocatedStorage"))
    where = "Multi-AZ" if zones else "in one zone"
    yield Charge(
        Line.RDS,
        f"rds-{kind.replace('.', '-')}{zones}",
        Decimal(HOURS),
        f"{{}} x {kind} {where} x {HOURS} h",
    )
    yield Charge(Line.RDS, f"rds-gp3{zones}", gigabytes, "{} GB", gigabytes)


def _aurora_instance(resource: Resource, month: Month) -> Iterator[Charge]:
    """A serverless instance is charged for the capacity units that its cluster lets it have."""
    if resource.properties.get("DBInstanceClass") != SERVERLESS:
        raise CostError(f"{resource.type} {resource.name}: only {SERVERLESS} has a price in Aurora")
    cluster = month.design.resolve(resource.properties["DBClusterIdentifier"], resource.stack)
    if cluster is None:
        raise CostError(f"{resource.type} {resource.name}: its cluster is in no template")
    name = f"{month.database.value}Capacity"
    scaling = cluster.properties.get("ServerlessV2ScalingConfiguration", {})
    units = number(cluster, name, scaling.get(name))
    of = f"{{}} x {plain(units)} ACU x {HOURS} h"
    yield Charge(Line.AURORA, "aurora-acu", units * HOURS, of)


def _cluster(resource: Resource, month: Month) -> Iterator[Charge]:
    _refuse_unpriced(resource)
    if resource.properties.get("Engine") != "aurora-postgresql":
        raise CostError(f"{resource.type} {resource.name}: only aurora-postgresql has a price")
    stored = month.share(month.usage.aurora_storage.value, resource)
    operations = month.share(month.usage.aurora_io.value, resource)
    yield Charge(Line.AURORA, "aurora-storage", stored, "{} GB", stored)
    yield Charge(Line.AURORA, "aurora-io", operations / 10**6, "{} I/Os", operations)


def _refuse_unpriced(resource: Resource) -> None:
    """Settings that AWS charges for and that this book has no price of."""
    properties = resource.properties
    kept = properties.get("PerformanceInsightsRetentionPeriod", _FREE_DAYS_OF_INSIGHTS)
    unpriced = {
        "MonitoringInterval": properties.get("MonitoringInterval", 0) != 0,
        "PerformanceInsightsRetentionPeriod": kept != _FREE_DAYS_OF_INSIGHTS,
        "ManageMasterUserPassword": properties.get("ManageMasterUserPassword", False),
        "Iops": "Iops" in properties,
        "StorageType": str(properties.get("StorageType", "")).startswith("aurora-iopt"),
    }
    for name, set_ in unpriced.items():
        if set_:
            raise CostError(f"{resource.type} {resource.name}: {name} has no price")


PRICED = {"AWS::RDS::DBCluster": _cluster, "AWS::RDS::DBInstance": _instance}
