"""Requests one at a time, by the drills' client, and as bytes for wrk."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress

from benchmarks.processes import Failed
from ishizue.testing import client
from ishizue.testing.client import Aborted, Refused, Response

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ERRORS = (Refused, Aborted, OSError)
"""What a request raises that gets no complete response in time."""


def fetch(
    port: int, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Response:
    """A GET, or with a body a POST. Raises one of ERRORS."""
    return asyncio.run(client.fetch(port, raw(port, path, headers or {}, body)))


def raw(port: int, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """The same request as bytes."""
    host = {"Host": f"127.0.0.1:{port}"}
    return client.request("POST" if body else "GET", path, {**host, **headers}, body or None)


def wait_for(port: int, path: str, seconds: float) -> None:
    """Request until the response is a 200. Raises Failed after so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(*ERRORS):
            if fetch(port, path).status == 200:
                return
        time.sleep(0.002)
    raise Failed(f"{path} on port {port} gave no 200 within {seconds:.0f} s")
