"""A blocking HTTP client that sees every byte of a response."""

import re
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.programs.processes import Failed

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


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    head: bytes
    body: bytes

    @property
    def size(self) -> int:
        return len(self.head) + len(self.body)


def fetch(
    port: int,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: bytes = b"",
    patience: float = 10,
) -> Response:
    """Raises OSError if no server listens, Failed if the response is incomplete."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines += [f"Content-Length: {len(body)}"] if body else []
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        with connection.makefile("rb") as stream:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                if not (line := stream.readline()):
                    raise Failed(f"{path}: the response is incomplete")
                head += line
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            if not length:
                raise Failed(f"a response without Content-Length: {head!r}")
            return Response(int(head.split()[1]), head, stream.read(int(length[1])))


def wait_for(port: int, path: str, seconds: float) -> Response:
    """Request until the response is a 200. Raises Failed after so many seconds."""
    deadline = time.monotonic() + seconds
    last = "no server listens"
    while time.monotonic() < deadline:
        try:
            response = fetch(port, path)
        except OSError as error:
            last = str(error)
            time.sleep(0.002)
            continue
        if response.status == 200:
            return response
        last = f"{response.status} {response.body.decode(errors='replace')}"
        time.sleep(0.1)
    raise Failed(f"{path} on port {port} gave no 200 within {seconds:.0f} s: {last}")


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        address = ("127.0.0.1", 0)
        free = [stack.enter_context(socket.create_server(address)) for _ in range(count)]
        return [listener.getsockname()[1] for listener in free]
