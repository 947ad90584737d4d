"""Hosts that the template does not have, to find rules that only one side has.

Each is in a party's group and in one that allows everything, and one is in the latter alone. If the
tasks' group may connect to a port that no group of the design accepts, a task still reaches an
intruder there.
"""

from collections.abc import Iterator
from dataclasses import replace

from infra.checks.security_groups import ANYWHERE, Group, Ports, Rule
from infra.checks.template import Resource
from infra.checks.topology import Place, Topology

_OPEN = Resource("", "OpenToAll", "AWS::EC2::SecurityGroup", {}, "OpenToAll", {})
_ANYTHING = (Rule(Ports("any"), ANYWHERE),)


def with_intruders(topology: Topology) -> Topology:
    """The network with an intruder beside each party, in the party's first subnet."""
    return replace(
        topology,
        groups={**topology.groups, _OPEN: Group(ingress=_ANYTHING, egress=_ANYTHING)},
        places=(*topology.places, *_intruders(topology)),
    )


def _intruders(topology: Topology) -> Iterator[Place]:
    first = {place.party: place for place in reversed(topology.places)}
    for party, place in first.items():
        yield replace(place, party=f"as-{party}", groups=(*place.groups, _OPEN))
    yield replace(first["tasks"], party="intruder", groups=(_OPEN,))
