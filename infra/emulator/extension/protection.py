"""A protected database is not deleted: RDS refuses it, and so must CloudFormation's request.

ministack's RDS API refuses too, but its CloudFormation deletes past that API.
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
    """Put the refusal in front of ministack's own deletion of each type of database.

    A deletion that RDS refuses leaves no last snapshot either.
    """
    for kind, store in _STORES.items():
        own = handlers[kind]
        handlers[kind] = {
            **own,
            "delete": _refusing(own["delete"], store),
            "snapshot": _passing_over(own["snapshot"], store),
        }


def _protected(identifier: str, store: Store) -> bool:
    return bool(store().get(identifier, {}).get("DeletionProtection"))


def _refusing(delete: Delete, store: Store) -> Delete:
    def guarded(identifier: str, properties: Properties) -> None:
        if _protected(identifier, store):
            raise Refused(f"Cannot delete {identifier}: its deletion protection is on")
        delete(identifier, properties)

    return guarded


def _passing_over(snapshot: Delete, store: Store) -> Delete:
    def guarded(identifier: str, properties: Properties) -> None:
        if not _protected(identifier, store):
            snapshot(identifier, properties)

    return guarded
