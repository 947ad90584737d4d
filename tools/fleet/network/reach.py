"""Who reaches whom: the network's connections compared with those that the template allows.

`infra.checks.reachability` computes the latter: flows between places, here applied to the hosts in
them. The gateway of a flow says whose address the target sees as the source.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from infra.checks import reachability
from infra.checks.reachability import Flow
from infra.checks.security_groups import TopologyError
from infra.checks.template import Design
from infra.checks.topology import read
from tools.fleet.network import build
from tools.fleet.network.hosts import PARTIES, Host
from tools.fleet.network.intruders import with_intruders
from tools.fleet.network.layout import Layout
from tools.fleet.network.probes import Probe, connect, pairs

_OTHER_PORTS = {22, 80, 443, 3000, 5432, 65000}
"""Probed even if no rule and no listener has them; the last is above the ephemeral ports."""


@dataclass(frozen=True)
class Comparison:
    """The number of probes, of those that should be open, the seconds, and the differences."""

    probes: int
    open: int
    seconds: float
    differences: list[str]

    def __str__(self) -> str:
        agreed = self.probes - len(self.differences)
        return (
            f"who reaches whom: {agreed:,} of {self.probes:,} probes as the template says "
            f"({self.open} of them open), in {self.seconds:.1f} s"
        )


def compare(design: Design, *, tasks: int = 2) -> Comparison:
    """Build the design's network with intruders, and probe every pair of hosts in it."""
    began = time.monotonic()
    ports = probed_ports(design)
    wanted = expected(design, ports, tasks=tasks)
    seen = observed(design, ports, tasks=tasks)
    opened = sum(map(bool, wanted.values()))
    seconds = time.monotonic() - began
    return Comparison(len(wanted), opened, seconds, differences(wanted, seen))


def observed(design: Design, ports: Iterable[int], *, tasks: int = 2) -> dict[Probe, str]:
    """The probes of a design's network."""
    with build(design, tasks=tasks, intruders=True) as network:
        return connect(network.hosts, ports)


def expected(design: Design, ports: Iterable[int], *, tasks: int = 2) -> dict[Probe, str]:
    """The same, computed from the template."""
    topology = with_intruders(read(design))
    hosts = Layout(design, topology).first(tasks)
    return allowed(reachability.flows_of(topology), hosts, ports)


def probed_ports(*designs: Design) -> set[int]:
    """The ports in rules and of listeners, and some that should be closed."""
    topologies = [read(design) for design in designs]
    rules = [
        rule.ports
        for topology in topologies
        for group in topology.groups.values()
        for rule in (*group.ingress, *group.egress)
        if rule.ports.protocol == "tcp" and (rule.ports.first, rule.ports.last) != (0, 65535)
    ]
    ends = {end for ports in rules for end in (ports.first, ports.last)}
    listening = {port for each in topologies for place in each.places for port in place.listening}
    return ends | listening | _OTHER_PORTS


def allowed(flows: Iterable[Flow], hosts: Sequence[Host], ports: Iterable[int]) -> dict[Probe, str]:
    """For each probe, the host whose address the target should see; empty for closed.

    Raises TopologyError for a flow between parts of subnets.
    """
    between: dict[tuple[str, str], list[Flow]] = {}
    for flow in flows:
        between.setdefault((flow.source, flow.target), []).append(flow)
    nats = {f"NAT gateway in {host.zone}": host.name for host in hosts if host.party == "nat"}
    wanted = {}
    for source, target in pairs(hosts):
        # S3 is on the internet, where no gateway endpoint leads to it.
        ends = [_end(target)] + [reachability.INTERNET] * (target.party == "s3")
        found = [flow for end in ends for flow in between.get((_end(source), end), ())]
        for port in ports:
            through = [flow for flow in found if _has(flow, port)]
            known = [nats.get(flow.via, source.name) for flow in through]
            wanted[Probe(source.name, target.name, port)] = known[0] if known else ""
    return wanted


def differences(wanted: Mapping[Probe, str], seen: Mapping[Probe, str]) -> list[str]:
    """One line for each probe that was not as expected."""
    return [
        f"{probe}: {_shown(seen.get(probe))}, not {_shown(wanted.get(probe))}"
        for probe in sorted({*wanted, *seen})
        if wanted.get(probe) != seen.get(probe)
    ]


def _shown(known: str | None) -> str:
    return "no such host" if known is None else f"open as {known}" if known else "closed"


def _end(host: Host) -> str:
    """The host's name in a flow."""
    if host.zone:
        return f"{PARTIES.get(host.party, host.party)} in {host.zone}"
    return host.party if host.party in ("s3", reachability.CLOUDFRONT) else reachability.INTERNET


def _has(flow: Flow, port: int) -> bool:
    """Whether a flow, such as `tcp 80-90`, is on a port. Raises TopologyError if it is partial."""
    if flow.partial:
        raise TopologyError(f"{flow}: which hosts these are is not supported")
    protocol, _, span = flow.ports.partition(" ")
    if span in ("", "any"):
        return protocol in ("any", "tcp")
    first, _, last = span.partition("-")
    return protocol == "tcp" and int(first) <= port <= int(last or first)
