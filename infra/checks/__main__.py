"""`make synth`: synthesize the configured design into build/cdk.out, and check it.

Prints who reaches whom. Exit codes: 1 cdk-nag has findings, a flow is unexpected or missing, or the
templates contradict each other; 2 a setting is wrong.
"""

import os
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from infra.checks import consistency, reachability
from infra.checks.security_groups import TopologyError
from infra.config import Config, ConfigError, read
from infra.synth import OUT, DesignError, published
from infra.template import Design, TemplateError, load


def findings(design: Design, config: Config) -> list[str]:
    """Every finding, one line each. Raises TopologyError for a network it does not understand."""
    expected, actual = reachability.expected(config), reachability.flows(design)
    return [
        *(f"unexpected: {flow}" for flow in sorted(actual - expected)),
        *(f"missing: {flow}" for flow in sorted(expected - actual)),
        *(f"exposed: {exposure}" for exposure in sorted(reachability.exposures(design))),
        *consistency.check(design),
    ]


def main(environ: Mapping[str, str] = os.environ, out: Path = OUT) -> int:
    """Run the command and return its exit code."""
    try:
        config = read(environ)
        with published(config, out) as assembly:
            print(summary(load(assembly), config))
            code = check(assembly, config)
    except ConfigError as error:
        print(f"infra: {error}", file=sys.stderr)
        return 2
    except DesignError as error:
        print(f"infra: {error}", file=sys.stderr)
        return 1
    print(f"written to {out}")
    return code


def summary(design: Design, config: Config) -> str:
    """What was synthesized, in lines."""
    lines = []
    for stack in design.templates:
        types = Counter(resource.type for resource in design.resources if resource.stack == stack)
        lines.append(f"{stack}: {types.total()} resources of {len(types)} types")
    lines.append(f"database: {config.database}; tasks: {config.min_tasks} to {config.max_tasks}")
    if not config.domain and not config.cdn:
        lines.append("HTTP only: set DOMAIN=… to your domain for HTTPS")
    return "\n".join(lines)


def check(assembly: Path, config: Config) -> int:
    """Check a folder of templates against the settings; print the flows and every finding."""
    try:
        design = load(assembly)
        found = findings(design, config)
        flows = reachability.merged(reachability.flows(design))
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
