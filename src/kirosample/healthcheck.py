"""The container's own check: fails until the task was ready once, then asks only for liveness.

So a task that cannot reach its database never counts as started, while a database that goes away
later does not have every task replaced.
"""

import http.client
import json
import sys

from kirosample.limits import HEALTHCHECK_SECONDS
from kirosample.settings import Settings


def check(settings: Settings) -> int:
    """Ask the server on this machine; answers the exit code, 0 where it is well."""
    try:
        live = _ask(settings.port, "/livez")
        if live.get("was_ready"):
            return 0
        ready = _ask(settings.port, "/readyz")
    except (OSError, http.client.HTTPException, ValueError) as error:
        print(f"kirosample: no answer on port {settings.port}: {error}", file=sys.stderr)
        return 1
    if ready["status"] != "ok":
        print(f"kirosample: never ready yet: {ready['reason']}", file=sys.stderr)
        return 1
    return 0


def _ask(port: int, path: str) -> dict[str, object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HEALTHCHECK_SECONDS)
    try:
        connection.request("GET", path)
        answer: dict[str, object] = json.loads(connection.getresponse().read())
        return answer
    finally:
        connection.close()
