"""Who reaches whom: real connections in the network, compared with those that the template allows.

`checks.reachability` computes the latter, as flows between places; here each is applied to the
hosts in its places. The gateway of a flow says whose address the target sees.
"""

import asyncio
import resource
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ishizue_ops.checks import reachability
from ishizue_ops.checks.reachability import Flow
from ishizue_ops.checks.topology import read
from ishizue_ops.fleet.network import Host, Network, at, build, hosts_of, with_intruder
from ishizue_ops.template import Design

Probes = dict[tuple[str, str, int], str]
"""By source, target and port the host whose address the target saw; empty without a connection."""

PORTS = (22, 80, 443, 3000, 5432, 8080, 65000)
"""Those of the design, and some that should be closed; the last is above the ephemeral ports."""

_PAUSES, _PAUSE_SECONDS = 5, 0.05
"""An admitted connection completes at once: after so many pauses without one, the rest was dropped.

The pauses are counted, since a busy machine may not run this process for longer than their sum.
"""


def compare(design: Design) -> tuple[str, list[str]]:
    """Build the design's network with an intruder and probe all pairs of hosts in it.

    A summary, and a line for each probe that was not as the template says.
    """
    wanted = expected(design)
    with build(design, tasks=2, intruder=True) as network:
        seen = connect(network)
    found = differences(wanted, seen)
    opened = sum(map(bool, wanted.values()))
    agreed = len(wanted) - len(found)
    return f"{agreed:,} of {len(wanted):,} probes as the template says ({opened:,} open)", found


def differences(wanted: Probes, seen: Probes) -> list[str]:
    return [
        f"{probe[0]} → {probe[1]}, {probe[2]}: {_shown(seen[probe])}, not {_shown(known)}"
        for probe, known in wanted.items()
        if seen[probe] != known
    ]


def _shown(known: str) -> str:
    return f"open as {known}" if known else "closed"


def _pairs(hosts: Sequence[Host]) -> Iterator[tuple[Host, Host]]:
    """Who is probed from where: all pairs but those on the internet alone.

    AWS's own hosts, the NAT gateway and the registry, start no connections.
    """
    for source in hosts:
        for target in hosts if source.party != "nat" and source.name != "registry" else ():
            if source is not target and (source.zone or target.zone):
                yield source, target


# By the template


def expected(design: Design) -> Probes:
    topology = with_intruder(read(design))
    hosts, flows = hosts_of(design, topology, tasks=2), reachability.flows(topology)
    nats = {f"NAT gateway in {host.zone}": host.name for host in hosts if host.party == "nat"}
    wanted: Probes = {}
    for source, target in _pairs(hosts):
        ends = (_place(source), _place(target))
        found = [flow for flow in flows if (flow.source, flow.target) == ends]
        for port in PORTS:
            known = [nats.get(flow.via, source.name) for flow in found if _has(flow, port)]
            wanted[source.name, target.name, port] = known[0] if known else ""
    return wanted


def _place(host: Host) -> str:
    return f"{host.party} in {host.zone}" if host.zone else host.party


def _has(flow: Flow, port: int) -> bool:
    """Whether a flow, such as `tcp 80-90`, is on a port."""
    assert not flow.partial, f"{flow}: which hosts these are is not supported"
    protocol, _, span = flow.ports.partition(" ")
    if span in ("", "any"):
        return protocol in ("any", "tcp")
    first, _, last = span.partition("-")
    return protocol == "tcp" and int(first) <= port <= int(last or first)


# In the network


def connect(network: Network) -> Probes:
    """Real connections from one process: a socket stays in the namespace where it was opened."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return asyncio.run(_Probing(network.hosts).run())


@dataclass
class _Probing:
    hosts: Sequence[Host]
    seen: Probes = field(default_factory=dict)
    progress: int = 0

    async def run(self) -> Probes:
        servers = [server for host in self.hosts for server in await self._listen(host)]
        tries = []
        for source, target in _pairs(self.hosts):
            # From the internet by its public address, if it has one.
            address = target.public if target.public and not source.zone else target.address
            with at(source):
                sockets = [socket.socket() for _ in PORTS]
            for port, one in zip(PORTS, sockets, strict=True):
                probe = (source.name, target.name, port)
                tries.append(asyncio.create_task(self._try(probe, one, str(address))))
        pauses = 0
        while pauses < _PAUSES:
            before = self.progress
            await asyncio.sleep(_PAUSE_SECONDS)
            pauses = pauses + 1 if self.progress == before else 0
        for each in tries:
            each.cancel()
        await asyncio.wait(tries)
        for server in servers:
            server.close()
        return self.seen

    async def _listen(self, host: Host) -> list[asyncio.Server]:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(f"{host.name} {writer.get_extra_info('peername')[0]}".encode())
            writer.close()

        with at(host):
            listeners = [socket.create_server(("", port), backlog=128) for port in PORTS]
        return [await asyncio.start_server(answer, sock=listener) for listener in listeners]

    async def _try(self, probe: tuple[str, str, int], one: socket.socket, address: str) -> None:
        self.seen[probe] = ""
        loop = asyncio.get_running_loop()
        one.setblocking(False)
        with one:
            try:
                await loop.sock_connect(one, (address, probe[2]))
                self.progress += 1
                name, known = (await loop.sock_recv(one, 100)).decode().split()
            except (OSError, ValueError):
                return
        self.progress += 1
        names = {str(end): host.name for host in self.hosts for end in (host.address, host.public)}
        known = names.get(known, known)
        self.seen[probe] = known if name == probe[1] else f"{known} at {name}"
