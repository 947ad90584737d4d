"""HAProxy in the load balancer's place: TLS in front, targets behind that come and go.

What it has in common with the design's balancer: TLS ends here; `X-Forwarded-For` and `-Proto` are
added; targets take turns; each is asked for `/livez`, a new one is in rotation once it has
answered, and out of it after two answers that failed to come; a target being deregistered gets
nothing new and ends what it has; idle connections last 30 s.

What it does beyond: a request whose connection a task refuses is given to another task. Nothing of
it was sent, so nothing happens twice.
"""

import asyncio
import contextlib
import csv
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import trustme

from kirosample.limits import LOAD_BALANCER_IDLE_SECONDS

SLOTS = 8
"""Targets that there may be at once."""

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

    async def register(self, slot: int, port: int) -> None:
        """Have this port checked, and in rotation once a check passes."""
        server = f"tasks/task{slot}"
        await self._tell(f"set server {server} addr 127.0.0.1 port {port}")
        # A server that leaves maintenance counts as well until it is found not to be: so it leaves
        # it without a share of the requests, is called down, and then has to pass a check.
        await self._tell(f"set server {server} state drain")
        await self._tell(f"set server {server} health down")
        await self._tell(f"set server {server} state ready")

    async def drain(self, slot: int) -> None:
        """Give it no request from now on; those it has, it ends."""
        await self._tell(f"set server tasks/task{slot} state drain")

    async def forget(self, slot: int) -> None:
        await self._tell(f"set server tasks/task{slot} state maint")

    async def in_rotation(self, slot: int) -> bool:
        return (await self._row(slot))["status"].startswith("UP")

    async def given(self, slot: int) -> int:
        """Requests that this slot was given so far, whichever tasks were in it."""
        return int((await self._row(slot))["lbtot"])

    async def failed(self, slot: int) -> int:
        """Requests of this slot so far that were sent and got no whole answer."""
        return int((await self._row(slot))["eresp"])

    async def _row(self, slot: int) -> dict[str, str]:
        said = (await self._ask("show stat tasks 4 -1")).removeprefix("# ")
        rows = csv.DictReader(said.splitlines())
        return next(row for row in rows if row["svname"] == f"task{slot}")

    async def _tell(self, command: str) -> None:
        """Raises RuntimeError with what was answered, but for a word on what changed."""
        said = await self._ask(command)
        if said and "changed" not in said:
            raise RuntimeError(f"haproxy: {command}: {said}")

    async def _ask(self, command: str) -> str:
        reader, writer = await asyncio.open_unix_connection(str(self._control))
        try:
            writer.write(f"{command}\n".encode())
            return (await reader.read()).decode().strip()
        finally:
            writer.close()
            await writer.wait_closed()


@contextlib.contextmanager
def balancer(folder: Path, *, check_seconds: float) -> Iterator[Balancer]:
    """A balancer with no target, while the block runs. The folder is its own."""
    authority = trustme.CA()
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    certificate = folder / "certificate.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    control, configuration = folder / "control", folder / "haproxy.cfg"
    configuration.write_text(
        _CONFIGURATION.format(
            socket=control,
            idle=LOAD_BALANCER_IDLE_SECONDS,
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
        _wait_for(control, process, log)
        yield Balancer(port, control, tls)
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(control: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.connect(str(control))
            return
        if process.poll() is not None:
            break
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    raise RuntimeError(f"haproxy does not start: {log.read_text(errors='replace')}")
