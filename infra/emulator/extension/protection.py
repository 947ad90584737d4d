"""Deletion protection: RDS refuses to delete a protected database, through CloudFormation too.

ministack's RDS API refuses, but its CloudFormation bypasses that API.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import rds  # type: ignore[import-not-found]

from .handler import Delete, Properties, Refused

Store = Callable[[], Mapping[str, Mapping[str, Any]]]

_STORES: Mapping[str, Store] = {
    "AWS::RDS::DBInstance": lambda: rds._instances,
    "AWS::RDS::DBCluster": lambda: rds._clusters,
}


def respect(handlers: dict[str, dict[str, Any]]) -> None:
    """Refuse to delete a protected database, and make no final snapshot of it."""
    for kind, store in _STORES.items():
        handlers[kind] = {**handlers[kind], **_guarded(handlers[kind], store)}


def _guarded(own: Mapping[str, Any], store: Store) -> dict[str, Delete]:
    def protected(identifier: str) -> bool:
        return bool(store().get(identifier, {}).get("DeletionProtection"))

    def delete(identifier: str, properties: Properties) -> None:
        if protected(identifier):
            raise Refused(f"Cannot delete {identifier}: its deletion protection is on")
        own["delete"](identifier, properties)

    def snapshot(identifier: str, properties: Properties) -> None:
        if not protected(identifier):
            own["snapshot"](identifier, properties)

    return {"delete": delete, "snapshot": snapshot}
