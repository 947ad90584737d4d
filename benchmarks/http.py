"""One request at a time, with every byte of its answer."""

import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
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
    "Cookie": "visitor=4mX0b3n1QeK2sT7uVw8xYg.Zr5pLq9aBcDeFgHiJkLmNo",
}
"""Ten, besides Host: a phone's browser and the load balancer in front of us."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its status, and the bytes of its head and of its body."""

    status: int
    head: bytes
    body: bytes

    @property
    def size(self) -> int:
        return len(self.head) + len(self.body)


def ask(
    port: int,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: bytes = b"",
    patience: float = 10,
) -> Answer:
    """Raises OSError where nobody listens, Failed where the answer breaks off."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines += [f"Content-Length: {len(body)}"] if body else []
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        with connection.makefile("rb") as stream:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = stream.readline()
                if not line:
                    raise Failed(f"{path}: the answer breaks off")
                head += line
            return Answer(int(head.split()[1]), head, stream.read(_length(head)))


def wait_for(port: int, path: str, seconds: float) -> Answer:
    """Ask until the answer is a 200. Raises Failed after so many seconds."""
    deadline = time.monotonic() + seconds
    last = "nobody listens"
    while time.monotonic() < deadline:
        try:
            answer = ask(port, path)
        except OSError as error:
            last = str(error)
            time.sleep(0.002)
            continue
        if answer.status == 200:
            return answer
        last = f"{answer.status} {answer.body.decode(errors='replace')}"
        time.sleep(0.1)
    raise Failed(f"{path} on port {port} gave no 200 within {seconds:.0f} s: {last}")


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Different ones."""
    with ExitStack() as stack:
        listeners = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [listener.getsockname()[1] for listener in listeners]


def _length(head: bytes) -> int:
    for line in head.lower().splitlines():
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise Failed(f"an answer without its length: {head!r}")
