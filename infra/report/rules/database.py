"""The database: private, encrypted, in two zones, and not lost by a mistake."""

from collections.abc import Iterator

from infra.report.rules.finding import Broken
from infra.report.template import Design, Resource


def database_not_encrypted(design: Design) -> Iterator[Broken]:
    """Storage and backups in the clear."""
    for database in _stores(design):
        if database.properties.get("StorageEncrypted") is not True:
            yield database.name, "not encrypted"


def database_without_tls(design: Design) -> Iterator[Broken]:
    """A server that lets a client in without TLS."""
    for database in _stores(design):
        cluster = database.type == "AWS::RDS::DBCluster"
        key = "DBClusterParameterGroupName" if cluster else "DBParameterGroupName"
        group = design.resolve(database.properties.get(key), database.stack)
        parameters = group.properties.get("Parameters", {}) if group else {}
        if str(parameters.get("rds.force_ssl")) != "1":
            yield database.name, "accepts connections without TLS"


def database_can_be_lost(design: Design) -> Iterator[Broken]:
    """Seven days of backups, no deletion by mistake, a snapshot before one that is meant."""
    for database in _stores(design):
        kept = int(database.properties.get("BackupRetentionPeriod", 1))
        if kept < 7:
            yield database.name, f"backups are kept for {kept} days, not 7"
        if database.properties.get("DeletionProtection") is not True:
            yield database.name, "no deletion protection"
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if database.raw.get(policy) not in ("Snapshot", "Retain"):
                yield database.name, f"{policy} leaves no snapshot"


def database_public(design: Design) -> Iterator[Broken]:
    """An instance with a public address."""
    for instance in design.of_type("AWS::RDS::DBInstance"):
        if instance.properties.get("PubliclyAccessible") is not False:
            yield instance.name, "PubliclyAccessible is not false"


def database_in_one_zone(design: Design) -> Iterator[Broken]:
    """An instance without a standby in the other zone; a cluster has a setting for its reader."""
    for instance in design.of_type("AWS::RDS::DBInstance"):
        alone = "DBClusterIdentifier" not in instance.properties
        if alone and instance.properties.get("MultiAZ") is not True:
            yield instance.name, "not in two zones"


def _stores(design: Design) -> list[Resource]:
    """What holds the data: an instance of its own, or the cluster."""
    instances = design.of_type("AWS::RDS::DBInstance")
    alone = [each for each in instances if "DBClusterIdentifier" not in each.properties]
    return [*alone, *design.of_type("AWS::RDS::DBCluster")]
