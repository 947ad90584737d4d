"""`make deploy-emulated`: rehearse a deployment, then simulate the permissions of its calls.

Reads the settings of `ishizue_ops.config`; DOMAIN and GITHUB_REPOSITORY default to examples. Exit
code 1: a step fails, a call is refused, a right is not needed, or nobody says what a type calls.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ishizue.testing.emulator import EmulatorError, running
from ishizue_ops import template
from ishizue_ops.checks import rights
from ishizue_ops.config import Config, ConfigError
from ishizue_ops.deploy.ending import ended
from ishizue_ops.emulator.rehearsal import RECORD, RehearsalError, rehearse, title
from ishizue_ops.iam import check as permissions
from ishizue_ops.iam import record
from ishizue_ops.project import documented, localized, names, read
from ishizue_ops.resource_types import judged
from ishizue_ops.synth import synthesize
from ishizue_ops.template import Design
from ishizue_ops.words import Text

EXTENSION = Path(__file__).parent / "extension"
"""What adds to the emulator, and records."""

LOG = RECORD.with_name("cdk.log")
"""What the CDK's CLI printed; after a failure the emulator's log is beside it."""

_ERRORS = (EmulatorError, RehearsalError, *permissions.Errors)


def main() -> int:
    """Start an emulator, rehearse, and stop it. Raises `_ERRORS` and what a deployment raises."""
    # Make exports an empty DOMAIN.
    given = {name: text for name, text in os.environ.items() if text.strip()}
    examples = {**documented(), "GITHUB_REPOSITORY": f"example/{names().slug}"}
    config = read({**examples, **given})
    if config.cdn and config.certificate_arn:
        raise ConfigError("CERTIFICATE_ARN: CDN=on is rehearsed with certificates of its own")
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        design = template.load(synthesize(config, Path(folder)))
    undeclared, _ = judged(rights.findings(design), config.product.acknowledged)
    if not undeclared:
        _rehearse(config, {each.type for each in design.resources})
    if refused := [*map(str, undeclared)] or _permissions(config, design):
        print(f"\n{localized(Text('refused-rights'))}", file=sys.stderr)
        print(*(f"- {line}" for line in refused), sep="\n", file=sys.stderr)
        return 1
    print(f"\n{localized(Text('rehearsed'))}")
    return 0


def _rehearse(config: Config, types: Iterable[str]) -> None:
    with running(EXTENSION, TYPES=" ".join(types)) as emulator:
        environ = emulator.environ(os.environ)
        os.environ.clear()  # the operator's credentials too
        os.environ.update(environ)
        try:
            rehearse(config, emulator, log=LOG, environ=environ)
        except Exception:
            shutil.copy(emulator.log, LOG.parent)
            raise


def _permissions(config: Config, design: Design) -> list[str]:
    title("Permissions")
    result = permissions.check(record.read(RECORD), config, design)
    print(localized(Text("simulated", requests=len(result.cases), rights=len(result.needed))))
    every = [*rights.findings(design), *result.unneeded]
    refused, acknowledged = judged(every, config.product.acknowledged)
    print(*acknowledged, sep="\n")
    return [*result.complaints, *map(str, refused)]


if __name__ == "__main__":
    sys.exit(ended("deploy-emulated", main, *_ERRORS))
