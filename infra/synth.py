"""The design as CloudFormation, offline: `python -m infra.synth` writes it into build/cdk.out.

The `cdk` CLI runs the same command (`cdk.json`), and says where to.
"""

import json
import os
import shutil
import sys
from collections import Counter
from pathlib import Path

from infra.config import Config, ConfigError, read

OUT = Path("build/cdk.out")


class DesignError(Exception):
    """cdk-nag has findings, which are printed."""


def synthesize(config: Config, out: Path) -> Path:
    """Write the assembly into the folder `out`, in place of an older one, and return it.

    It holds `<Stack>.template.json` for each stack. Raises DesignError.
    """
    # The CDK is slow to import: a setting that is wrong is told before.
    from infra.app import build

    if out.exists():
        shutil.rmtree(out)
    try:
        build(config, out).synth()
    except RuntimeError as error:  # what the CDK's own errors arrive as
        if "ValidationFailed" not in str(error):
            raise
        raise DesignError("cdk-nag has findings, listed above") from None
    return out


def main() -> None:
    """The command. Exit codes: 1 the design has findings, 2 a setting is wrong."""
    try:
        config = read(os.environ)
    except ConfigError as error:
        print(f"infra: {error}", file=sys.stderr)
        sys.exit(2)
    try:
        out = synthesize(config, Path(os.environ.get("CDK_OUTDIR", OUT)))
    except DesignError as error:
        print(f"infra: {error}", file=sys.stderr)
        sys.exit(1)
    for template in sorted(out.glob("*.template.json")):
        resources = json.loads(template.read_text(encoding="utf-8"))["Resources"]
        types = Counter(resource["Type"] for resource in resources.values())
        print(f"{template.name.split('.')[0]}: {len(resources)} resources of {len(types)} types")
    print(f"database: {config.database}; tasks: {config.min_tasks} to {config.max_tasks}")
    if not config.domain:
        print("HTTP only: set DOMAIN=… to a domain of yours for HTTPS and a name")
    print(f"written to {out}")


if __name__ == "__main__":
    main()
