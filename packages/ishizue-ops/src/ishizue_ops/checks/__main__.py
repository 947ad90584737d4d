"""`make synth`: synthesize the configured design into build/cdk.out, and check it.

Prints who reaches whom. Exit codes: 1 cdk-nag has findings, a flow is unexpected or missing, or a
rule is there twice; 2 a setting is wrong.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ishizue_ops.checks import reachability, rights, topology
from ishizue_ops.checks.topology import JOBS, WORKERS, Topology
from ishizue_ops.config import Config
from ishizue_ops.deploy.ending import ended
from ishizue_ops.project import label, localized, read
from ishizue_ops.resource_types import Finding, judged
from ishizue_ops.synth import OUT, synthesize
from ishizue_ops.template import Design, Resource, load
from ishizue_ops.words import Text


def findings(design: Design, config: Config) -> list[str]:
    """Every finding, one line each. Flows are compared once the network is understood."""
    acknowledged = config.product.acknowledged
    network = topology.read(design)
    undeclared, _ = judged(rights.findings(design), acknowledged)
    unknown, _ = judged(network.unknown, acknowledged)
    if unknown:
        return [*map(str, [*undeclared, *unknown])]
    others = {place.party for place in network.places} & {WORKERS, JOBS}
    expected = reachability.expected(config, others)
    actual = reachability.flows(network)
    exposed = reachability.exposures(network, public_tasks=config.public_tasks)
    return [
        *map(str, undeclared),
        *(
            f"unexpected: {flow}"
            for flow in sorted(actual - expected)
            if not any(f"network:{line}" in acknowledged for line in reachability.merged([flow]))
        ),
        *(f"missing: {flow}" for flow in sorted(expected - actual)),
        *(f"exposed: {exposure}" for exposure in sorted(exposed)),
        *sorted(_duplicate_rules(network)),
    ]


def _duplicate_rules(network: Topology) -> Iterator[str]:
    """EC2 refuses a duplicate security group rule in the middle of a deployment."""
    for group, owned in network.groups.items():
        for rules in (owned.ingress, owned.egress):
            for rule in {rule for rule in rules if rules.count(rule) > 1}:
                peer = rule.peer.name if isinstance(rule.peer, Resource) else rule.peer
                yield f"{group.name}: duplicate rule for {rule.ports} and {peer}"


def main(environ: Mapping[str, str] = os.environ, out: Path = OUT) -> int:
    """Synthesize and check: 0 or 1. Raises ConfigError or DesignError."""
    config = read(environ)
    code = check(synthesize(config, out), config)
    if config.product.web and not config.domain and not config.cdn:
        print(localized(Text("how-to-https")))
    print(localized(Text("written", file=out)))
    return code


def check(assembly: Path, config: Config) -> int:
    """Check a folder of templates against the settings; print the flows and every finding."""
    design = load(assembly)
    network = topology.read(design)
    flows = reachability.merged(reachability.flows(network))
    known = [*network.unknown, *rights.findings(design)]
    known += [Finding("network", "a flow", flow, "") for flow in flows]
    _, acknowledged = judged(known, config.product.acknowledged)
    lines = findings(design, config)
    print(*map(_said, flows), *acknowledged, sep="\n")
    if config.waf != "off" and config.product.large_bodies:
        paths = ", ".join(config.product.large_bodies)
        print(localized(Text("large-bodies", paths=paths)))
    for line in lines:
        print(f"check: {line}", file=sys.stderr)
    return 1 if lines else 0


def _said(flow: str) -> str:
    """A flow for people to read."""
    return "".join(map(label, re.split("( → |, )", flow)))


if __name__ == "__main__":
    sys.exit(ended("synth", main))
