"""The container's health check: fails until the task was ready once, then checks only liveness.

So a task that cannot reach its database never counts as started, and a later outage of the
database does not make ECS replace every task.

It takes the port alone: other settings may be invalid or missing where it runs.
"""

import http.client
import json
import sys

from ishizue.health import LIVENESS_PATH, READINESS_PATH
from ishizue.limits import HEALTHCHECK_SECONDS


def healthcheck(port: int, command: str) -> int:
    """Check the server on this machine, as this command; returns the exit code."""
    try:
        live = _get(port, LIVENESS_PATH)
        if live.get("was_ready"):
            return 0
        ready = _get(port, READINESS_PATH)
    except (OSError, http.client.HTTPException, ValueError) as error:
        print(f"{command}: no response on port {port}: {error}", file=sys.stderr)
        return 1
    if ready["status"] != "ok":
        print(f"{command}: not ready yet: {ready['reason']}", file=sys.stderr)
        return 1
    return 0


def _get(port: int, path: str) -> dict[str, object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HEALTHCHECK_SECONDS)
    try:
        connection.request("GET", path)
        payload: dict[str, object] = json.loads(connection.getresponse().read())
        return payload
    finally:
        connection.close()
