"""Deletion protection: RDS refuses to delete a protected database, through CloudFormation too.

ministack's RDS API refuses, but its CloudFormation bypasses that API.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import rds  # type: ignore[import-not-found]

from .resources import Properties


def respect_protection(handlers: dict[str, dict[str, Any]]) -> None:
    """Refuse to delete a protected database, and make no final snapshot of it."""
    for kind, store in (
        ("AWS::RDS::DBInstance", lambda: rds._instances),
        ("AWS::RDS::DBCluster", lambda: rds._clusters),
    ):
        handlers[kind] = {**handlers[kind], **_guarded(handlers[kind], store)}


def _guarded(own: Mapping[str, Any], store: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    def protected(identifier: str) -> bool:
        return bool(store().get(identifier, {}).get("DeletionProtection"))

    def delete(identifier: str, properties: Properties) -> None:
        if protected(identifier):
            raise ValueError(f"Cannot delete {identifier}: its deletion protection is on")
        own["delete"](identifier, properties)

    def snapshot(identifier: str, properties: Properties) -> None:
        if not protected(identifier):
            own["snapshot"](identifier, properties)

    return {"delete": delete, "snapshot": snapshot}
