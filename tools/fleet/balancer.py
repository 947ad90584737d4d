"""HAProxy in place of the load balancer: TLS in front, and targets that come and go.

Like the design's balancer, it terminates TLS, adds `X-Forwarded-For` and `-Proto`, and sends
requests to the targets in turn. It checks `/livez` of each: a new target is in rotation after one
success, and out of it after two failures. A target that drains gets no new requests and completes
those in flight. Idle connections are closed after the same time.

Unlike it, it retries a refused connection on another task, to which nothing was sent yet.
"""

import asyncio
import contextlib
import csv
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import trustme

from infra.timing import IDLE_SECONDS
from tools.postgres import free_port

SLOTS = 8
"""The most targets at once."""

_CONFIGURATION = """
global
    stats socket {socket} mode 600 level admin
    nbthread 1
    maxconn 2000
    ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
    mode http
    timeout connect 5s
    timeout client {idle}s
    timeout server {idle}s
    timeout http-keep-alive {idle}s
    option redispatch 1
    retries {slots}
frontend portal
    bind 127.0.0.1:{port} ssl crt {certificate} alpn http/1.1
    option forwardfor
    http-request set-header X-Forwarded-Proto https
    default_backend tasks
backend tasks
    balance roundrobin
    timeout check 5s
    option httpchk
    http-check send meth GET uri /livez ver HTTP/1.1 hdr Host check
    http-check expect status 200
    default-server check inter {check}ms rise 1 fall 2
    server-template task 1-{slots} 127.0.0.1:1 disabled
"""


class Balancer:
    """A running HAProxy; `tls` trusts its certificate."""

    def __init__(self, port: int, control: Path, tls: ssl.SSLContext) -> None:
        self.port = port
        self.tls = tls
        self._control = control

    async def register(self, slot: int, port: int, *, weight: int = 100) -> None:
        """Check this port, and put it in rotation once a check passes."""
        server = f"tasks/task{slot}"
        await self.weigh(slot, weight)
        await self._change(f"set server {server} addr 127.0.0.1 port {port}")
        # HAProxy takes a server that leaves maintenance for healthy until a check fails. So it
        # leaves as draining, without requests, is declared down, and then has to pass a check.
        await self._change(f"set server {server} state drain")
        await self._change(f"set server {server} health down")
        await self._change(f"set server {server} state ready")

    async def drain(self, slot: int) -> None:
        """Send it no new requests; those in flight complete."""
        await self._change(f"set server tasks/task{slot} state drain")

    async def weigh(self, slot: int, weight: int) -> None:
        """Its share of the requests, of the sum of all; without any at 0."""
        await self._change(f"set server tasks/task{slot} weight {weight}")

    async def remove(self, slot: int) -> None:
        await self._change(f"set server tasks/task{slot} state maint")

    async def in_rotation(self, slot: int) -> bool:
        return (await self._row(slot))["status"].startswith("UP")

    async def requests(self, slot: int) -> int:
        """The requests to this slot so far, of all tasks that were in it."""
        return int((await self._row(slot))["lbtot"])

    async def failures(self, slot: int) -> int:
        """The requests to this slot so far that got no complete response."""
        return int((await self._row(slot))["eresp"])

    async def _row(self, slot: int) -> dict[str, str]:
        output = (await self._run("show stat tasks 4 -1")).removeprefix("# ")
        rows = csv.DictReader(output.splitlines())
        return next(row for row in rows if row["svname"] == f"task{slot}")

    async def _change(self, command: str) -> None:
        """Raises RuntimeError with HAProxy's error."""
        output = await self._run(command)
        if output and "changed" not in output:
            raise RuntimeError(f"haproxy: {command}: {output}")

    async def _run(self, command: str) -> str:
        reader, writer = await asyncio.open_unix_connection(str(self._control))
        try:
            writer.write(f"{command}\n".encode())
            return (await reader.read()).decode().strip()
        finally:
            writer.close()
            await writer.wait_closed()


@contextlib.contextmanager
def balancer(folder: Path, *, check_seconds: float) -> Iterator[Balancer]:
    """A balancer without targets during the block, with its files in the folder."""
    authority = trustme.CA()
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    certificate = folder / "certificate.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    port = free_port()
    control, configuration = folder / "control", folder / "haproxy.cfg"
    configuration.write_text(
        _CONFIGURATION.format(
            socket=control,
            idle=IDLE_SECONDS,
            port=port,
            certificate=certificate,
            check=round(check_seconds * 1000),
            slots=SLOTS,
        )
    )
    log = folder / "haproxy.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["haproxy", "-db", "-f", configuration], stdout=output, stderr=output
        )
    try:
        for _ in range(200):
            with socket.socket(socket.AF_UNIX) as client:
                if not client.connect_ex(str(control)):
                    break
            time.sleep(0.05)
        else:
            raise RuntimeError(f"HAProxy does not start: {log.read_text(errors='replace')}")
        yield Balancer(port, control, tls)
    finally:
        process.terminate()
        process.wait(10)
