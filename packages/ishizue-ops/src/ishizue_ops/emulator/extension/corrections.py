"""What ministack does otherwise than AWS: names, ARNs of secrets, protection, alarms."""

import secrets
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ministack.core.responses import get_region  # type: ignore[import-not-found]
from ministack.services import rds, tagging  # type: ignore[import-not-found]
from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

from .resources import Created, Properties

Handlers = dict[str, dict[str, Any]]

_RANDOM = (
    "AWS::ECR::Repository",  # of a region, and of the one that its images are copied to
    "AWS::IAM::Policy",  # of the CDK's bootstrap in two regions
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::SecretsManager::Secret",
)
"""Types whose generated names need a random suffix, as on AWS.

ministack generates a name from the stack and the logical id alone: a new database would collide
with the one that was kept, or silently replace it.
"""


def correct(handlers: Handlers) -> None:
    """Correct ministack's handlers."""
    for kind in _RANDOM:
        handlers[kind] = {**handlers[kind], "create": _seeding(handlers[kind]["create"])}
    _name_secrets_by_arn(handlers)
    for kind, store in (
        ("AWS::RDS::DBInstance", lambda: rds._instances),
        ("AWS::RDS::DBCluster", lambda: rds._clusters),
    ):
        handlers[kind] = {**handlers[kind], **_guarded(handlers[kind], store)}
    provisioners._cw_metric_alarm_record = _first_metric(provisioners._cw_metric_alarm_record)
    tagging._COLLECTORS["rds"] = _tags_of_rds
    for kind in ("DBInstance", "DBCluster"):
        rds._ACTION_MAP[f"Describe{kind}AutomatedBackups"] = partial(_no_automated_backups, kind)


def _seeding(create: Callable[..., Created]) -> Callable[..., Created]:
    """Seed ministack's names at each creation; later updates keep the seed."""

    def seeded(logical_id: str, properties: Properties, stack: str) -> Created:
        if not provisioners._NAME_SEED.get():
            provisioners._NAME_SEED.set(secrets.token_hex(4))
        return create(logical_id, properties, stack)

    return seeded


def _name_secrets_by_arn(handlers: Handlers) -> None:
    """Have `Ref` return a secret's ARN; ministack returns its name, which no policy grants."""
    own = handlers["AWS::SecretsManager::Secret"]

    def by_arn(made: Created) -> Created:
        return made[1]["Arn"], made[1]

    def name(arn: str) -> str:
        # The ARN ends in a hyphen and six random characters.
        return arn.partition(":secret:")[2][:-7]

    handlers["AWS::SecretsManager::Secret"] = {
        **own,
        "create": lambda *given: by_arn(own["create"](*given)),
        "update": lambda arn, *given: by_arn(own["update"](name(arn), *given)),
        "delete": lambda arn, properties: own["delete"](name(arn), properties),
    }


def _guarded(own: dict[str, Any], store: Callable[[], Properties]) -> dict[str, Any]:
    """Refuse to delete a protected database, or a cluster with instances, and make no final
    snapshot of a protected one.

    ministack's RDS API refuses, but its CloudFormation bypasses that API.
    """

    def protected(identifier: str) -> bool:
        return bool(store().get(identifier, {}).get("DeletionProtection"))

    def delete(identifier: str, properties: Properties) -> None:
        if protected(identifier):
            raise ValueError(f"Cannot delete {identifier}: its deletion protection is on")
        if store().get(identifier, {}).get("DBClusterMembers"):
            raise ValueError(f"Cannot delete {identifier}: it still contains DB instances")
        own["delete"](identifier, properties)

    def snapshot(identifier: str, properties: Properties) -> None:
        if not protected(identifier):
            own["snapshot"](identifier, properties)

    return {"delete": delete, "snapshot": snapshot}


def _tags_of_rds() -> Iterator[tuple[str, dict[str, str]]]:
    """The region's ARNs and tags, which ministack's tagging API leaves out."""
    for arn, tags in rds._tags.items():
        if arn.split(":")[3] == get_region():
            yield arn, {tag["Key"]: tag["Value"] for tag in tags}


def _no_automated_backups(kind: str, _given: Properties) -> Any:
    """The emulator has no automated backups."""
    name = f"Describe{kind}AutomatedBackups"
    return rds._xml(
        200, f"{name}Response", f"<{name}Result><{kind}AutomatedBackups/></{name}Result>"
    )


def _first_metric(own: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Store an alarm on an expression, which ministack refuses, as one on its first metric."""

    def record(name: str, properties: Properties) -> dict[str, Any]:
        stats = [
            metric["MetricStat"]
            for metric in properties.get("Metrics", ())
            if "MetricStat" in metric
        ]
        if not stats:
            return own(name, properties)
        plain = {key: value for key, value in properties.items() if key != "Metrics"}
        return own(name, {**plain, **stats[0]["Metric"], "Period": stats[0]["Period"]})

    return record
