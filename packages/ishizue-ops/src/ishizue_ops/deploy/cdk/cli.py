"""Runs the CDK CLI without telemetry, installing it when first needed."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from ishizue_ops import node
from ishizue_ops.deploy import Stopped
from ishizue_ops.words import Text

HERE = Path(__file__).parent

# By default the CLI sends telemetry and looks for updates.
_QUIET = {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_DISABLE_VERSION_CHECK": "true"}
_OPTIONS = ("--no-notices", "--no-version-reporting")


def run(
    arguments: Sequence[str], *, environ: Mapping[str, str] | None = None, log: Path | None = None
) -> None:
    """Run `cdk ARGUMENTS…`, in `environ` or this process's environment. Raises Stopped or NpmError.

    With `log`, append its output there.
    """
    command = [str(node.NODE), str(_program()), *arguments, *_OPTIONS]
    inherited = os.environ if environ is None else environ
    variables = {**inherited, **_QUIET, "JSII_NODE": str(node.NODE)}
    with log.open("a") if log else nullcontext() as output:
        done = subprocess.run(command, env=variables, stdout=output, stderr=output)  # noqa: S603
    if done.returncode:
        text = Text("cdk-failed", command=arguments[0], code=done.returncode)
        raise Stopped(Text("see", what=text, log=log) if log else text)


def _program() -> Path:
    return node.installed(HERE) / "aws-cdk" / "bin" / "cdk"
