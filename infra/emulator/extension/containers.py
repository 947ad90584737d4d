"""ECS where the emulator, which starts no containers, needs help."""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import ecs  # type: ignore[import-not-found]
from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

Definitions = list[dict[str, Any]]
Answer = tuple[int, dict[str, str], bytes]

_FIELDS = ("secrets", "healthCheck", "dependsOn")


def respell() -> None:
    """Have a container's secrets, check and order spelt as ECS's API spells them.

    ministack keeps them as the template does, and its API then answers without them.
    """
    own: Callable[[Definitions], Definitions] = provisioners._normalize_container_defs

    def normalized(definitions: Definitions) -> Definitions:
        found = own(definitions)
        for container in found:
            for name in _FIELDS:
                if name in container:
                    container[name] = provisioners._pascal_to_camel(container[name])
        return found

    provisioners._normalize_container_defs = normalized


def end_one_off_tasks() -> None:
    """Have what RunTask starts end at once, with exit code 0: nothing else ever would."""
    own: Callable[[dict[str, Any]], Answer] = ecs._ACTION_MAP["RunTask"]

    def run_task(request: dict[str, Any]) -> Answer:
        answer = own(request)
        for task in json.loads(answer[2]).get("tasks", []):
            reason = "nothing runs in the emulator"
            ecs._stop_task(
                {"cluster": task["clusterArn"], "task": task["taskArn"], "reason": reason}
            )
        return answer

    ecs._ACTION_MAP["RunTask"] = run_task
