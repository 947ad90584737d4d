"""`python -m infra.report.check`: what `make synth` wrote is checked, and who reaches whom printed.

Reads the templates in build/cdk.out and the same settings. Exit codes: 1 something is reached that
the document does not allow, or is not reached that it does, or a rule does not hold; 2 a setting is
wrong.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.config import ZONES, Config, ConfigError, read
from infra.report import reachability, rules
from infra.report.security_groups import TopologyError
from infra.report.template import Design, TemplateError, load
from infra.synth import OUT


def findings(design: Design, config: Config) -> list[str]:
    """Everything in the templates that should not be as it is, in words; empty when all is well.

    Raises TopologyError for a network that is not understood.
    """
    wanted = reachability.expected(
        database=config.database != "none",
        https=config.domain is not None,
        nat_zones=ZONES[: config.nat_gateways],
    )
    reached = reachability.flows(design)
    return [
        *(f"reached, and should not be: {flow}" for flow in sorted(reached - wanted)),
        *(f"not reached, and should be: {flow}" for flow in sorted(wanted - reached)),
        *(f"open: {opening}" for opening in sorted(reachability.openings(design))),
        *map(str, rules.check(design)),
    ]


def main(environ: Mapping[str, str] = os.environ, assembly: Path = OUT) -> int:
    """The command; returns its exit code."""
    try:
        config = read(environ)
        design = load(assembly)
        found = findings(design, config)
        flows = reachability.merged(reachability.flows(design))
    except ConfigError as error:
        print(f"infra: {error}", file=sys.stderr)
        return 2
    except (TemplateError, TopologyError) as error:
        print(f"check: {error}", file=sys.stderr)
        return 1
    for source, target, ports, gateway in flows:
        through = f", through the {gateway}" if gateway else ""
        print(f"{source} → {target}: {ports}{through}")
    for line in found:
        print(f"check: {line}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
