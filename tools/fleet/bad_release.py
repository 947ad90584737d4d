"""`python -m tools.fleet.bad_release errors|slow`: a server whose fault no health check sees.

`/livez` and `/readyz` are as always; every other request gets a 500, or waits longer than the
alarm on response times allows.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from kirosample.cli import main
from kirosample.health import LIVENESS_PATH, READINESS_PATH
from kirosample.http.dispatch import Application
from kirosample.http.protocol.fast_path import FastPath

SLOW_SECONDS = 1.5

_own = Application.__call__
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


async def _answer(self: Application[Any], scope: Any, receive: Any, send: Send) -> None:
    if scope["type"] == "http" and scope["path"] not in (LIVENESS_PATH, READINESS_PATH):
        if _FAULT == "errors":
            headers = [(b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 500, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        await asyncio.sleep(SLOW_SECONDS)
    await _own(self, scope, receive, send)


if __name__ == "__main__":
    _FAULT = sys.argv.pop()
    FastPath.serve = lambda *_: False  # type: ignore[method-assign]
    Application.__call__ = _answer  # type: ignore[method-assign, assignment]
    sys.argv.append("serve")
    main()
