"""The hosts: who they are and where, before any of them exists."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from infra.checks.template import Resource

INTERNET = "internet"
VPC = "vpc"
"""The namespaces of the two routers, besides one for each host."""

PARTIES = {"balancer": "alb", "internal": "internal alb"}
"""The parties that have another name in `infra.checks.topology`."""


@dataclass(frozen=True)
class Segment:
    """A bridge in a router's namespace: a subnet, or the internet. The router is its `.1`."""

    router: str
    bridge: str
    network: IPv4Network

    @property
    def gateway(self) -> IPv4Address:
        return self.network[1]


CLOUDFRONT = Segment(VPC, "origins", IPv4Network("192.0.2.8/29"))
"""The other end of VPC origins; these are the addresses in CloudFront's prefix list."""


@dataclass(frozen=True, eq=False)
class Host:
    """A host in a namespace of its name; clients are in the namespace of this program.

    `party` is clients, registry, s3, cloudfront, balancer, internal (the balancer that CloudFront
    connects to), tasks, database, nat or an intruder; `zone` is empty outside of the VPC. The
    internet knows the host by its `public` address, CloudFront connects to the ports in `origin`.
    """

    name: str
    party: str
    zone: str
    segment: Segment
    address: IPv4Address
    public: IPv4Address | None = None
    groups: tuple[Resource, ...] = ()
    origin: frozenset[int] = frozenset()

    def command(self, argv: Sequence[str]) -> list[str]:
        """The command that runs `argv` on this host."""
        return list(argv) if self.here else ["ip", "netns", "exec", self.name, *argv]

    @property
    def here(self) -> bool:
        """Whether its namespace is that of this program."""
        return self.party == "clients"
