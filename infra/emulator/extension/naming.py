"""New names for what is made anew, so that what was kept stays beside it, as on AWS.

ministack derives a name from the stack's and the logical id alone, for all types but buckets: a
database that comes back would collide with, or silently replace, the one that was kept.
"""

import secrets
from typing import Any

from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

from .handler import Create, Created, Properties

_TYPES = (
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::SecretsManager::Secret",
)


def draw_anew(handlers: dict[str, dict[str, Any]]) -> None:
    """Have each creation draw a name; it is ministack's own seed, which later updates keep."""
    for kind in _TYPES:
        handlers[kind] = {**handlers[kind], "create": _drawing(handlers[kind]["create"])}


def _drawing(create: Create) -> Create:
    def drawn(logical_id: str, properties: Properties, stack: str) -> Created:
        if not provisioners._NAME_SEED.get():
            provisioners._NAME_SEED.set(secrets.token_hex(4))
        return create(logical_id, properties, stack)

    return drawn
