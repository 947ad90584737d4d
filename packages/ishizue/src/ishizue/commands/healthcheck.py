"""The container's health check: fails until the task was ready once, then checks only liveness.

So a task that cannot reach its database, or fails at one of the pages in SMOKE_TEST, never counts
as started, and a later outage of the database does not make ECS replace every task.

It takes the port and those pages alone: other settings may be invalid or missing where it runs.
"""

import http.client
import json
import os
import sys

from ishizue.health import LIVENESS_PATH, READINESS_PATH
from ishizue.limits import HEALTHCHECK_SECONDS

SMOKE_TEST = "SMOKE_TEST"
"""The variable with paths, separated by spaces. Without a prefix, since an older image that does
not know it must start with it."""


def healthcheck(port: int, command: str) -> int:
    """Check the server on this machine, as this command; returns the exit code."""
    try:
        live = _get(port, LIVENESS_PATH)
        if live.get("was_ready"):
            return 0
        # Before readiness, which is asked once: a task that is ready is not tried again.
        for page in os.environ.get(SMOKE_TEST, "").split():
            status, _ = _response(port, page)
            if status != 200:
                print(f"{command}: {page} responds with {status}", file=sys.stderr)
                return 1
        ready = _get(port, READINESS_PATH)
    except (OSError, http.client.HTTPException, ValueError) as error:
        print(f"{command}: no response on port {port}: {error}", file=sys.stderr)
        return 1
    if ready["status"] != "ok":
        print(f"{command}: not ready yet: {ready['reason']}", file=sys.stderr)
        return 1
    return 0


def _get(port: int, path: str) -> dict[str, object]:
    payload: dict[str, object] = json.loads(_response(port, path)[1])
    return payload


def _response(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HEALTHCHECK_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
