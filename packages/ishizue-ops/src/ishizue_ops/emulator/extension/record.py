"""Records every resource, one JSON object a line, for `ishizue_ops.iam`.

A resource is as CloudFormation resolved it.
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ministack.core.responses import get_region  # type: ignore[import-not-found]

Write = Callable[[Mapping[str, object]], None]


def start(handlers: dict[str, dict[str, Any]]) -> None:
    """Record into the file that RECORD names, from now on."""
    file = Path(os.environ["RECORD"])

    def write(entry: Mapping[str, object]) -> None:
        with file.open("a", encoding="utf-8") as output:
            output.write(json.dumps(entry, default=str) + "\n")

    for kind, own in handlers.items():
        handlers[kind] = {**own, **_resources(kind, own, write)}


def _resources(kind: str, own: Mapping[str, Any], write: Write) -> dict[str, Any]:
    """The handlers of a type that change a resource, each with its line in the record."""

    def create(logical_id: str, properties: Any, stack: str) -> Any:
        made = own["create"](logical_id, properties, stack)
        entry = {"resource": kind, "logical_id": logical_id, "stack": stack, "id": made[0]}
        write({**entry, "region": get_region(), "properties": properties})
        return made

    def update(identifier: str, old: Any, new: Any, *rest: Any) -> Any:
        made = own["update"](identifier, old, new, *rest)
        entry = {"resource": kind, "id": identifier, "becomes": made[0]}
        write({**entry, "region": get_region(), "properties": new})
        return made

    def delete(identifier: str, *rest: Any) -> None:
        own["delete"](identifier, *rest)
        write({"resource": kind, "id": identifier, "becomes": None, "region": get_region()})

    return {
        function.__name__: function
        for function in (create, update, delete)
        if function.__name__ in own
    }
