"""The design as CloudFormation templates, synthesized offline.

`python -m ishizue_ops.synth` is the CDK's app (`cdk.json`): the `cdk` CLI says where it writes.
"""

import os
import shutil
import sys
from pathlib import Path

from ishizue_ops import project
from ishizue_ops.config import Config, ConfigError
from ishizue_ops.words import Text

OUT = Path("build/cdk.out")
"""What `make synth` wrote last; the steps of a release deploy it."""


class DesignError(Exception):
    """cdk-nag has findings, which it has printed."""


def synthesize(config: Config, out: Path) -> Path:
    """Replace the folder `out` by the assembly, and return it. Raises DesignError.

    It holds `<Stack>.template.json` for each stack. Give each run its own folder. Raises
    ConfigError for a folder of something else, which stays as it is.
    """
    if out.exists():
        if any(out.iterdir()) and not any(out.glob("*.template.json")):
            raise ConfigError(Text("folder-kept", folder=out.resolve()))
        shutil.rmtree(out)
    try:
        project.build()(config, out).synth()
    except RuntimeError as error:  # as jsii raises errors of the CDK
        if "ValidationFailed" not in str(error):
            raise
        raise DesignError(Text("nag-findings")) from None
    return out


def main() -> None:
    """Run the command. Exit code 1: findings; 2: an invalid setting."""
    try:
        synthesize(project.read(os.environ), Path(os.environ.get("CDK_OUTDIR") or OUT))
    except (ConfigError, DesignError) as error:
        print(f"settings: {project.localized(error)}", file=sys.stderr)
        sys.exit(2 if isinstance(error, ConfigError) else 1)


if __name__ == "__main__":
    main()
