"""Requests one at a time, by the drills' client, and as bytes for wrk."""

import asyncio
import time
from collections.abc import Mapping

from benchmarks.processes import Failed
from ishizue.testing import client
from ishizue.testing.client import Aborted, Refused, Response

BROWSER_AND_ALB = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "443",
    "X-Amzn-Trace-Id": "Root=1-6923e8c1-1f0e5a7b2c3d4e5f60718293",
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "ja,en-US;q=0.9,en;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Sec-Fetch-Mode": "navigate",
    "Cookie": "__Host-visitor=4mX0b3n1QeK2sT7uVw8xYg.Zr5pLq9aBcDeFgHiJkLmNo",
}
"""The ten headers besides Host of a phone's browser and the load balancer."""

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
    deadline, last = time.monotonic() + seconds, "no server listens"
    while time.monotonic() < deadline:
        try:
            response = fetch(port, path)
        except ERRORS as error:
            last = str(error)
        else:
            if response.status == 200:
                return
            last = f"{response.status} {response.body.decode(errors='replace')}"
        time.sleep(0.002)
    raise Failed(f"{path} on port {port} gave no 200 within {seconds:.0f} s: {last}")
