"""The database, as the document has it: RDS or Aurora in the private subnets, or none."""

from typing import Any

from infra.emulator.account import Account
from infra.emulator.document.line import Line, not_kept
from infra.emulator.document.network import subnets

_HEADING = "Database"


def _subnets(account: Account) -> bool:
    name = account.id("AWS::RDS::DBSubnetGroup")
    [group] = account.client("rds").describe_db_subnet_groups(DBSubnetGroupName=name)[
        "DBSubnetGroups"
    ]
    held = {subnet["SubnetIdentifier"] for subnet in group["Subnets"]}
    return held == set(subnets(account, public=False))


def _forces_tls(account: Account, *, cluster: bool) -> str:
    rds = account.client("rds")
    if cluster:
        name = account.id("AWS::RDS::DBClusterParameterGroup")
        found = rds.describe_db_cluster_parameters(DBClusterParameterGroupName=name)["Parameters"]
    else:
        name = account.id("AWS::RDS::DBParameterGroup")
        found = rds.describe_db_parameters(DBParameterGroupName=name)["Parameters"]
    values = [
        held.get("ParameterValue") for held in found if held["ParameterName"] == "rds.force_ssl"
    ]
    return str(values[0]) if values else "not set"


def _credentials(account: Account) -> bool:
    """Is the database's secret where the service stack looks for it?"""
    ssm = account.client("ssm")
    arn = ssm.get_parameter(Name="/kirosample/database-secret-arn")["Parameter"]["Value"]
    secret = account.client("secretsmanager").describe_secret(SecretId=arn)
    # AWS gives a secret its ARN as the physical id, the emulator its name.
    ours = account.ids("AWS::SecretsManager::Secret")
    return secret["ARN"] in ours or secret["Name"] in ours


def _instance(account: Account) -> dict[str, Any]:
    [instance] = account.databases
    return instance


def _rds() -> list[Line]:
    def line(says: str, key: str, expected: object) -> Line:
        return Line(_HEADING, says, expected, lambda account: _instance(account)[key])

    return [
        Line(_HEADING, "RDS for PostgreSQL 15", ("postgres", "15"), _version),
        line("Class", "DBInstanceClass", "db.t3.micro"),
        line("In two zones", "MultiAZ", True),
        line("Encrypted", "StorageEncrypted", True),
        line("Days that backups are kept", "BackupRetentionPeriod", 7),
        line("Protected from deletion", "DeletionProtection", True),
        line("From the internet", "PubliclyAccessible", False),
        line("Storage, GiB", "AllocatedStorage", 20),
        Line(_HEADING, "TLS only", "1", lambda account: _forces_tls(account, cluster=False)),
    ]


def _version(account: Account) -> tuple[str, str]:
    instance = _instance(account)
    return instance["Engine"], instance["EngineVersion"].partition(".")[0]


def _capacity(account: Account) -> tuple[float, float]:
    found = account.cluster["ServerlessV2ScalingConfiguration"]
    return float(found["MinCapacity"]), float(found["MaxCapacity"])


def _aurora() -> list[Line]:
    return [
        Line(
            _HEADING,
            "Aurora PostgreSQL 15",
            ("aurora-postgresql", "15"),
            lambda account: (
                account.cluster["Engine"],
                account.cluster["EngineVersion"].partition(".")[0],
            ),
        ),
        Line(_HEADING, "Serverless v2, ACU", (0.5, 2.0), _capacity),
        Line(
            _HEADING,
            "Writer and reader",
            2,
            lambda account: len(account.cluster["DBClusterMembers"]),
        ),
        Line(
            _HEADING,
            "Class of both",
            {"db.serverless"},
            lambda account: {one["DBInstanceClass"] for one in account.databases},
        ),
        Line(
            _HEADING,
            "Days that backups are kept",
            7,
            lambda account: account.cluster["BackupRetentionPeriod"],
        ),
        Line(
            _HEADING,
            "Protected from deletion",
            True,
            lambda account: account.cluster["DeletionProtection"],
        ),
        Line(
            _HEADING,
            "From the internet",
            {False},
            lambda account: {one["PubliclyAccessible"] for one in account.databases},
        ),
        Line(_HEADING, "TLS only", "1", lambda account: _forces_tls(account, cluster=True)),
        not_kept(_HEADING, "Encrypted", True),
        not_kept(_HEADING, "The reader in the other zone", True),
    ]


def lines(database: str) -> list[Line]:
    """Of `rds`, `aurora` or `none`."""
    if database == "none":
        return [
            Line(_HEADING, "No database", 0, lambda account: len(account.databases)),
            Line(_HEADING, "The application is told so", "none", _told),
        ]
    own = _rds() if database == "rds" else _aurora()
    return [
        *own,
        Line(_HEADING, "In the private subnets", True, _subnets),
        Line(_HEADING, "Credentials in Secrets Manager, found by the service", True, _credentials),
        Line(_HEADING, "The tasks' TLS to it", "verify-full", _tls),
    ]


def _environment(account: Account) -> dict[str, str]:
    return {entry["name"]: entry["value"] for entry in account.container["environment"]}


def _told(account: Account) -> str:
    return _environment(account)["DATABASE_URL"]


def _tls(account: Account) -> str:
    return _environment(account)["KIROSAMPLE_DB_TLS"]
