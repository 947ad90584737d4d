"""A blocking HTTP client, and requests as bytes for wrk."""

import http.client
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from benchmarks.processes import Failed

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
ERRORS = (OSError, http.client.HTTPException)
"""What a request raises that gets no complete response in time."""


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    size: int  # with the head
    body: bytes


def fetch(
    port: int, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Response:
    """A GET, or with a body a POST. Raises one of ERRORS."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("POST" if body else "GET", path, body or None, headers or {})
        response = connection.getresponse()
        found = response.read()
        lines = [f"HTTP/1.1 {response.status} {response.reason}", "", ""]
        lines += [f"{name}: {value}" for name, value in response.getheaders()]
        return Response(response.status, len("\r\n".join(lines)) + len(found), found)


def raw(
    port: int, path: str, headers: Mapping[str, str], body: bytes = b"", fields: str = ""
) -> bytes:
    """The same request as bytes; the fields end its head."""
    lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return ("\r\n".join(lines) + f"\r\n{fields}\r\n").encode() + body


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
