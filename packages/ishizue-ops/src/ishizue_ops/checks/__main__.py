"""`make synth`: synthesize the configured design into build/cdk.out, and check it.

Prints who reaches whom. Exit codes: 1 cdk-nag has findings, a flow is unexpected or missing, or the
templates contradict each other; 2 a setting is wrong.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ishizue_ops.checks import consistency, reachability, topology
from ishizue_ops.checks.security_groups import TopologyError
from ishizue_ops.config import Config, ConfigError
from ishizue_ops.project import read
from ishizue_ops.synth import OUT, DesignError, synthesize
from ishizue_ops.template import Design, TemplateError, load


def findings(design: Design, config: Config) -> list[str]:
    """Every finding, one line each. Raises TopologyError for a network it does not understand."""
    network, expected = topology.read(design), reachability.expected(config)
    actual = reachability.flows(network)
    exposed = reachability.exposures(network, public_tasks=config.public_tasks)
    return [
        *(f"unexpected: {flow}" for flow in sorted(actual - expected)),
        *(f"missing: {flow}" for flow in sorted(expected - actual)),
        *(f"exposed: {exposure}" for exposure in sorted(exposed)),
        *consistency.check(design),
    ]


def main(environ: Mapping[str, str] = os.environ, out: Path = OUT) -> int:
    """Run the command and return its exit code."""
    try:
        config = read(environ)
        code = check(synthesize(config, out), config)
    except ConfigError as error:
        print(f"settings: {error}", file=sys.stderr)
        return 2
    except DesignError as error:
        print(f"settings: {error}", file=sys.stderr)
        return 1
    if not config.domain and not config.cdn:
        print("HTTP only: DOMAIN=… or CDN=on gives HTTPS")
    print(f"written to {out}")
    return code


def check(assembly: Path, config: Config) -> int:
    """Check a folder of templates against the settings; print the flows and every finding."""
    try:
        design = load(assembly)
        found = findings(design, config)
        flows = reachability.flows(topology.read(design))
    except (TemplateError, TopologyError) as error:
        print(f"check: {error}", file=sys.stderr)
        return 1
    print("\n".join(reachability.merged(flows)))
    for line in found:
        print(f"check: {line}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
