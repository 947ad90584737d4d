"""What the database costs a month: RDS by class and disk, Aurora by capacity units."""

from collections.abc import Iterator
from decimal import Decimal

from infra.checks.template import Resource
from infra.cost import usage
from infra.cost.charge import Charge, Line, Month, number, plain, unpriced
from infra.cost.usage import HOURS

SERVERLESS = "db.serverless"
_FREE_DAYS_OF_INSIGHTS = 7


def _instance(resource: Resource, month: Month) -> Iterator[Charge]:
    _refuse_extras(resource)
    if "DBClusterIdentifier" in resource.properties:
        yield from _aurora_instance(resource, month)
    else:
        yield from _rds_instance(resource)
        yield from _log(resource)


def _rds_instance(resource: Resource) -> Iterator[Charge]:
    """Backups up to the disk's size are included."""
    properties = resource.properties
    if properties.get("Engine") != "postgres":
        raise unpriced(resource, "only the engine postgres has a price")
    if properties.get("StorageType") != "gp3":
        raise unpriced(resource, "only the storage gp3 has a price")
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
    """A serverless instance costs the capacity units that its cluster allows it."""
    if resource.properties.get("DBInstanceClass") != SERVERLESS:
        raise unpriced(resource, f"only {SERVERLESS} has a price in Aurora")
    cluster = month.design.resolve(resource.properties["DBClusterIdentifier"], resource.stack)
    if cluster is None:
        raise unpriced(resource, "its cluster is in no template")
    name = f"{month.database.value}Capacity"
    scaling = cluster.properties.get("ServerlessV2ScalingConfiguration", {})
    units = number(cluster, name, scaling.get(name))
    of = f"{{}} x {plain(units)} ACU x {HOURS} h"
    yield Charge(Line.AURORA, "aurora-acu", units * HOURS, of)


def _cluster(resource: Resource, month: Month) -> Iterator[Charge]:
    _refuse_extras(resource)
    if resource.properties.get("Engine") != "aurora-postgresql":
        raise unpriced(resource, "only aurora-postgresql has a price")
    stored = month.share(usage.AURORA_STORAGE, resource)
    operations = month.share(usage.AURORA_IO, resource)
    yield Charge(Line.AURORA, "aurora-storage", stored, "{} GB", stored)
    yield Charge(Line.AURORA, "aurora-io", operations / 10**6, "{} I/Os", operations)
    yield from _log(resource)


def _log(resource: Resource) -> Iterator[Charge]:
    """RDS writes it to a log group of its own, which is in no template."""
    if resource.properties.get("EnableCloudwatchLogsExports"):
        written = usage.DATABASE_LOG.value
        yield Charge(Line.DATABASE_LOG, "log-ingestion", written, "{} GB", written)


def _copies(_: Resource, month: Month) -> Iterator[Charge]:
    """A plan that copies each backup to another region, where it is kept."""
    kept, sent = usage.COPIES_KEPT.value, usage.COPIES_SENT.value
    yield Charge(Line.COPIES, "rds-backup", month.traffic * kept, "{} GB kept", kept)
    yield Charge(Line.COPIES, "region-egress", month.traffic * sent, "{} GB sent", sent)


def _key(_: Resource, __: Month) -> Iterator[Charge]:
    yield Charge(Line.COPIES, "kms-key", Decimal(1), "keys: {}")


def _refuse_extras(resource: Resource) -> None:
    """Raise CostError for settings that cost extra and have no price in the book."""
    properties = resource.properties
    kept = properties.get("PerformanceInsightsRetentionPeriod", _FREE_DAYS_OF_INSIGHTS)
    extras = {
        "MonitoringInterval": properties.get("MonitoringInterval", 0) != 0,
        "PerformanceInsightsRetentionPeriod": kept != _FREE_DAYS_OF_INSIGHTS,
        "ManageMasterUserPassword": properties.get("ManageMasterUserPassword", False),
        "Iops": "Iops" in properties,
        "StorageType": str(properties.get("StorageType", "")).startswith("aurora-iopt"),
    }
    for name, set_ in extras.items():
        if set_:
            raise unpriced(resource, f"{name} has no price")


PRICED = {
    "AWS::Backup::BackupPlan": _copies,
    "AWS::KMS::Key": _key,
    "AWS::RDS::DBCluster": _cluster,
    "AWS::RDS::DBInstance": _instance,
}
