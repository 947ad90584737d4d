"""HAProxy in place of the load balancer: a node in each zone, and targets that come and go.

Like the design's balancer, each node has its listeners, terminates TLS, adds `X-Forwarded-For` and
`-Proto`, and sends requests to the targets of all zones in turn. It checks `/livez` of each: a new
target is in rotation after one success, and out of it after two failures; when none is in rotation,
all get requests. A target that drains gets no new requests and completes those in flight. Idle
connections are closed after the same time. A task that does not answer a connection is not retried
on another: the Application Load Balancer answers 502 or 504 then, the latter after 10 s (its user
guide, "Troubleshoot"); HAProxy answers 503, after the time that its checks have too.
"""

import asyncio
import contextlib
import csv
import socket
import ssl
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address
from pathlib import Path

import trustme

from infra.app_contract import LIVENESS_PATH
from infra.checks.template import Design
from infra.timing import BALANCER_CHECK_COUNT, IDLE_SECONDS
from tools.fleet.network import Host
from tools.fleet.pace import Pace

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
    timeout connect {timeout}ms
    timeout client {idle}s
    timeout server {idle}s
    timeout http-keep-alive {idle}s
    retries 0
{listeners}
backend tasks
    balance roundrobin
    timeout check {timeout}ms
    option httpchk
    http-check send meth GET uri {path} ver HTTP/1.1 hdr Host check
    http-check expect status 200
    default-server check inter {check}ms rise 1 fall {count}
    server-template task 1-{slots} 127.0.0.1:1 disabled
backend unhealthy
    balance roundrobin
    server-template task 1-{slots} 127.0.0.1:1 disabled
"""

_BACKENDS = ("tasks", "unhealthy")

_HTTPS = """
frontend https
    bind :{port} ssl crt {certificate} alpn http/1.1
    option forwardfor
    http-request set-header X-Forwarded-Proto https
    use_backend unhealthy if {{ nbsrv(tasks) eq 0 }}
    default_backend tasks
"""

_REDIRECT = """
frontend redirect{port}
    bind :{port}
    http-request redirect code {code} location https://{host}:{to}%[capture.req.uri]
"""


class Node:
    """The balancer in one zone."""

    def __init__(self, host: Host, control: Path) -> None:
        self.host = host
        self.address = str(host.public)
        """The address that its clients connect to."""
        self._control = control

    async def change(self, command: str) -> None:
        """Raises RuntimeError with HAProxy's error."""
        output = await self.run(command)
        if output and "changed" not in output:
            raise RuntimeError(f"haproxy: {command}: {output}")

    async def rows(self, slot: int) -> list[dict[str, str]]:
        """The statistics of this slot, in both backends."""
        output = (await self.run("show stat -1 4 -1")).removeprefix("# ")
        rows = csv.DictReader(output.splitlines())
        return [row for row in rows if row["svname"] == f"task{slot}"]

    async def is_up(self, slot: int) -> bool:
        [row, _] = await self.rows(slot)
        return row["status"].startswith("UP")

    async def run(self, command: str) -> str:
        reader, writer = await asyncio.open_unix_connection(str(self._control))
        try:
            writer.write(f"{command}\n".encode())
            return (await reader.read()).decode().strip()
        finally:
            writer.close()


class Balancer:
    """The nodes; `tls` trusts their certificate, `addresses` is what their name resolves to."""

    def __init__(self, nodes: Sequence[Node], tls: ssl.SSLContext) -> None:
        self.nodes = nodes
        self.tls = tls
        self.addresses = [node.address for node in nodes]
        self._lost = set[Node]()

    def lose(self, zone: str) -> Node:
        """The node of this zone is no longer asked about its targets; its name still has it."""
        [node] = [node for node in self.nodes if node.host.zone == zone]
        self._lost.add(node)
        return node

    async def forget(self, node: Node, seconds: float) -> None:
        """Take a lost node's address out of the name, after this time."""
        await asyncio.sleep(seconds)
        self.addresses = [one for one in self.addresses if one != node.address]

    async def register(
        self, slot: int, address: IPv4Address, port: int, *, weight: int = 100
    ) -> None:
        """Check this target, and put it in rotation once a check passes."""
        await self.weigh(slot, weight)
        await self._set(slot, f"addr {address} port {port}")
        # HAProxy takes a server that leaves maintenance for healthy until a check fails. So it
        # leaves as draining, without requests, is declared down, and then has to pass a check.
        await self._set(slot, "state drain")
        for node in self.nodes:
            await node.change(f"set server {_BACKENDS[0]}/task{slot} health down")
        await self._set(slot, "state ready")

    async def drain(self, slot: int) -> None:
        """Send it no new requests; those in flight complete."""
        await self._set(slot, "state drain")

    async def weigh(self, slot: int, weight: int) -> None:
        """Its share of the requests, of the sum of all; without any at 0."""
        await self._set(slot, f"weight {weight}")

    async def remove(self, slot: int) -> None:
        await self._set(slot, "state maint")

    async def in_rotation(self, slot: int) -> bool:
        """Whether every node that is not lost sends it requests."""
        return all([await node.is_up(slot) for node in self._live()])

    async def out_of_rotation(self, slot: int) -> bool:
        """Whether no node that is not lost sends it requests."""
        return not any([await node.is_up(slot) for node in self._live()])

    async def requests(self, slot: int) -> int:
        """The requests to this slot so far, of all tasks that were in it."""
        return await self._sum(slot, "lbtot")

    async def failures(self, slot: int) -> int:
        """The requests to this slot so far that got no complete response."""
        return await self._sum(slot, "eresp")

    def _live(self) -> Iterable[Node]:
        return (node for node in self.nodes if node not in self._lost)

    async def _set(self, slot: int, what: str) -> None:
        for node in self.nodes:
            for backend in _BACKENDS:
                await node.change(f"set server {backend}/task{slot} {what}")

    async def _sum(self, slot: int, column: str) -> int:
        return sum([int(row[column]) for node in self.nodes for row in await node.rows(slot)])


@contextlib.contextmanager
def balancer(hosts: Iterable[Host], design: Design, folder: Path, pace: Pace) -> Iterator[Balancer]:
    """Nodes without targets during the block, with their files in the folder."""
    authority = trustme.CA()
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    certificate = folder / "certificate.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    nodes, processes = [], []
    try:
        for host in hosts:
            control = folder / f"haproxy-{host.zone}"
            configuration, log = control.with_suffix(".cfg"), control.with_suffix(".log")
            configuration.write_text(
                _CONFIGURATION.format(
                    socket=control,
                    idle=IDLE_SECONDS,
                    listeners="".join(_listeners(design, certificate)),
                    timeout=round(pace.balancer_check_timeout * 1000),
                    path=LIVENESS_PATH,
                    check=round(pace.balancer_check * 1000),
                    count=BALANCER_CHECK_COUNT,
                    slots=SLOTS,
                )
            )
            with log.open("wb") as output:
                command = host.command(["haproxy", "-db", "-f", str(configuration)])
                processes.append(subprocess.Popen(command, stdout=output, stderr=output))
            _await_start(control, log)
            nodes.append(Node(host, control))
        yield Balancer(nodes, tls)
    finally:
        for process in processes:
            process.terminate()
            process.wait(10)


def _listeners(design: Design, certificate: Path) -> Iterable[str]:
    """The template's listeners in HAProxy's words."""
    for listener in design.of_type("AWS::ElasticLoadBalancingV2::Listener"):
        properties: Mapping[str, object] = listener.properties
        match properties:
            case {"Port": port, "Protocol": "HTTPS"}:
                yield _HTTPS.format(port=port, certificate=certificate)
            case {"Port": port, "DefaultActions": [{"RedirectConfig": to}]}:
                code = to["StatusCode"].removeprefix("HTTP_")
                yield _REDIRECT.format(port=port, code=code, host=to["Host"], to=to["Port"])
            case _:
                raise ValueError(f"not modelled: the listener {listener.name}")


def _await_start(control: Path, log: Path) -> None:
    for _ in range(200):
        with socket.socket(socket.AF_UNIX) as client:
            if not client.connect_ex(str(control)):
                return
        time.sleep(0.05)
    raise RuntimeError(f"HAProxy does not start: {log.read_text(errors='replace')}")
