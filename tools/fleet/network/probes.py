"""Real connections between all pairs of hosts, from one process.

A socket stays in the network namespace in which it was opened: one process enters each namespace
once, and then has listeners and connections on every host.
"""

import asyncio
import ctypes
import os
import resource
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tools.fleet.network.hosts import Host

_LIBC = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000

_PAUSES, _PAUSE_SECONDS = 5, 0.05
"""An admitted connection completes at once: after so many pauses without one, the rest was dropped.

The pauses are counted, since a busy machine may not run this process for longer than their sum.
"""


@dataclass(frozen=True, order=True)
class Probe:
    """A connection to try, between two hosts by name."""

    source: str
    target: str
    port: int

    def __str__(self) -> str:
        return f"{self.source} → {self.target}, {self.port}"


def pairs(hosts: Sequence[Host]) -> Iterator[tuple[Host, Host]]:
    """Who is probed from where: all pairs but those on the internet alone.

    AWS's own hosts, the NAT gateway, S3 and the registry, start no connections.
    """
    for source in hosts:
        for target in hosts if source.party not in ("nat", "s3", "registry") else ():
            if source is not target and (source.zone or target.zone):
                yield source, target


def connect(hosts: Sequence[Host], ports: Iterable[int]) -> dict[Probe, str]:
    """For each probe, the host whose address the target saw; empty without a connection."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return asyncio.run(_Round(hosts, sorted(set(ports))).run())


class _Round:
    def __init__(self, hosts: Sequence[Host], ports: Sequence[int]) -> None:
        self._hosts, self._ports = hosts, ports
        self._names = {str(host.address): host.name for host in hosts}
        self._names |= {str(host.public): host.name for host in hosts if host.public}
        self._seen: dict[Probe, str] = {}
        self._progress = 0

    async def run(self) -> dict[Probe, str]:
        servers = [server for host in self._hosts for server in await self._listen(host)]
        tries = [
            asyncio.create_task(self._try(probe, connection, address))
            for probe, connection, address in self._connections()
        ]
        pauses = 0
        while pauses < _PAUSES:
            before = self._progress
            await asyncio.sleep(_PAUSE_SECONDS)
            pauses = pauses + 1 if self._progress == before else 0
        for each in tries:
            each.cancel()
        await asyncio.wait(tries)
        for server in servers:
            server.close()
        return self._seen

    async def _listen(self, host: Host) -> list[asyncio.Server]:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            address, _port = writer.get_extra_info("peername")
            writer.write(f"{host.name} {address}".encode())
            writer.close()

        with _namespace(host):
            listeners = [socket.create_server(("", port), backlog=128) for port in self._ports]
        return [await asyncio.start_server(answer, sock=listener) for listener in listeners]

    def _connections(self) -> Iterator[tuple[Probe, socket.socket, str]]:
        for source, target in pairs(self._hosts):
            # From the internet by its public address, if it has one.
            address = target.public if target.public and not source.zone else target.address
            with _namespace(source):
                for port in self._ports:
                    connection = socket.socket()
                    connection.setblocking(False)
                    yield Probe(source.name, target.name, port), connection, str(address)

    async def _try(self, probe: Probe, connection: socket.socket, to: str) -> None:
        self._seen[probe] = ""
        loop = asyncio.get_running_loop()
        with connection:
            try:
                await loop.sock_connect(connection, (to, probe.port))
                self._progress += 1
                name, address = (await loop.sock_recv(connection, 100)).decode().split()
            except (OSError, ValueError):
                return
        self._progress += 1
        known = self._names.get(address, address)
        self._seen[probe] = known if name == probe.target else f"{known} at {name}"


@contextmanager
def _namespace(host: Host) -> Iterator[None]:
    """Open sockets on a host during the block."""
    if host.here:
        yield
        return
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        _enter(f"/run/netns/{host.name}")
        yield
    finally:
        _LIBC.setns(own, _CLONE_NEWNET)
        os.close(own)


def _enter(path: str) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        if _LIBC.setns(file, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns", path)
    finally:
        os.close(file)
