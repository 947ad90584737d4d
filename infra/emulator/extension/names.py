"""Physical ids as on AWS: random suffixes in generated names, and ARNs of secrets.

ministack generates a name from the stack and the logical id alone: a new database would collide
with the one that was kept, or silently replace it.
"""

import secrets
from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

from .resources import Created, Properties

_TYPES = (
    "AWS::IAM::Policy",  # of the CDK's bootstrap in two regions
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::SecretsManager::Secret",
)


def add_suffixes(handlers: dict[str, dict[str, Any]]) -> None:
    """Seed ministack's names at each creation; later updates keep the seed."""
    for kind in _TYPES:
        handlers[kind] = {**handlers[kind], "create": _seeding(handlers[kind]["create"])}


def _seeding(create: Callable[..., Created]) -> Callable[..., Created]:
    def seeded(logical_id: str, properties: Properties, stack: str) -> Created:
        if not provisioners._NAME_SEED.get():
            provisioners._NAME_SEED.set(secrets.token_hex(4))
        return create(logical_id, properties, stack)

    return seeded


def name_secrets_by_arn(handlers: dict[str, dict[str, Any]]) -> None:
    """Have `Ref` return a secret's ARN; ministack returns its name, which no policy grants."""
    own = handlers["AWS::SecretsManager::Secret"]

    def create(logical_id: str, properties: Properties, stack: str) -> Created:
        return _by_arn(own["create"](logical_id, properties, stack))

    def update(arn: str, *rest: Any) -> Created:
        return _by_arn(own["update"](_name(arn), *rest))

    def delete(arn: str, properties: Properties) -> None:
        own["delete"](_name(arn), properties)

    ours = {"create": create, "update": update, "delete": delete}
    handlers["AWS::SecretsManager::Secret"] = {**own, **ours}


def _by_arn(made: Created) -> Created:
    return made[1]["Arn"], made[1]


def _name(arn: str) -> str:
    # The ARN ends in a hyphen and six random characters.
    return arn.partition(":secret:")[2][:-7]
