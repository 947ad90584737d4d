"""HAProxy in front of the tasks, in turn, over plain HTTP: TLS would take CPU that tasks need."""

import asyncio
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.app_contract import LIVENESS_PATH
from infra.timing import IDLE_SECONDS
from tools.postgres import free_port

_CONFIGURATION = """
global
    stats socket {socket} mode 600 level admin
    nbthread 1
    maxconn 5000
defaults
    mode http
    retries 0
    timeout connect 5s
    timeout client {idle}s
    timeout server {idle}s
frontend portal
    bind 127.0.0.1:{port}
    default_backend tasks
backend tasks
    balance roundrobin
    option httpchk
    http-check send meth GET uri {path} ver HTTP/1.1 hdr Host check
    default-server check inter {check}ms rise 1 fall 2 disabled
"""


class Balancer:
    """A running HAProxy; its targets are the ports that it was started with."""

    def __init__(self, port: int, control: Path) -> None:
        self.port = port
        self._control = control

    async def register(self, target: int) -> None:
        """Check this port; requests come once a check passes."""
        # Only a server that was draining and down needs a check before its first request.
        for state in ("state drain", "health down", "state ready"):
            await self._command(f"set server tasks/{target} {state}")

    async def in_rotation(self, target: int) -> bool:
        rows = (await self._command("show stat tasks 4 -1")).splitlines()
        [row] = [row.split(",") for row in rows if row.startswith(f"tasks,{target},")]
        return "UP" in row

    async def deregister(self, target: int) -> None:
        """Send it no new requests."""
        await self._command(f"set server tasks/{target} state drain")

    async def _command(self, command: str) -> str:
        reader, writer = await asyncio.open_unix_connection(str(self._control))
        writer.write(f"{command}\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        return answer


@contextmanager
def balancer(folder: Path, targets: Sequence[int], *, check_seconds: float) -> Iterator[Balancer]:
    """A balancer during the block, with its files in the folder and no target in rotation."""
    port, control = free_port(), folder / "control"
    configuration, log = folder / "haproxy.cfg", folder / "haproxy.log"
    text = _CONFIGURATION.format(
        socket=control,
        idle=IDLE_SECONDS,
        port=port,
        path=LIVENESS_PATH,
        check=round(check_seconds * 1000),
    )
    servers = "".join(f"    server {target} 127.0.0.1:{target}\n" for target in targets)
    configuration.write_text(text + servers)
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["haproxy", "-db", "-f", configuration], stdout=output, stderr=output
        )
    try:
        while not control.exists():
            if process.poll() is not None:
                raise RuntimeError(f"HAProxy does not start: {log.read_text(errors='replace')}")
            time.sleep(0.02)
        yield Balancer(port, control)
    finally:
        process.terminate()
        process.wait(10)
