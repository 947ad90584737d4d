"""`make deploy-emulated`: rehearse a deployment, then simulate the permissions of its calls.

Reads the settings of `infra.config`; DOMAIN and GITHUB_REPOSITORY default to examples. With
`--write` it writes docs/permissions.md. Exit code 1: a line of the design fails, a call is
refused, or a right is not needed.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.config import Config, ConfigError, read
from infra.deploy import Stopped
from infra.deploy.cdk import cli
from infra.deploy.release import ReleaseError
from infra.emulator.comparison import Row, text
from infra.emulator.process import EmulatorError, running
from infra.emulator.rehearsal import RehearsalError, rehearse
from infra.iam import __main__ as permissions
from infra.iam.__main__ import RECORD
from infra.synth import DesignError

LOGS = Path("build/emulator")
"""Each run's log of the CLI is in a folder here; after a failure it stays, with the emulator's."""


def main() -> int:
    """Start an emulator, rehearse, and stop it."""
    try:
        # Make exports an empty DOMAIN.
        stated = {name: text for name, text in os.environ.items() if text.strip()}
        examples = {"DOMAIN": "example.com", "GITHUB_REPOSITORY": "example/kirosample"}
        config = read({**examples, **stated})
        if config.cdn and config.certificate_arn:
            raise ConfigError("CERTIFICATE_ARN: CDN=on is rehearsed with certificates of its own")
        with _logs() as logs:
            failed = _rehearse(config, logs)
            refused = _permissions(config)
    except ConfigError as error:
        print(f"infra: {error}", file=sys.stderr)
        return 2
    except (
        EmulatorError,
        RehearsalError,
        Stopped,
        cli.CdkError,
        DesignError,
        ReleaseError,
        *permissions.Errors,
    ) as error:
        print(f"deploy-emulated: {error}", file=sys.stderr)
        return 1
    if failed:
        print("\nThese lines of the design do not hold:", file=sys.stderr)
        for row in failed:
            expected = text(row.line.expected)
            print(f"- {row.line.text}: {row.deployed} instead of {expected}", file=sys.stderr)
    if refused:
        print("\nThese permissions do not hold:", file=sys.stderr)
        for line in refused:
            print(f"- {line}", file=sys.stderr)
    if failed or refused:
        return 1
    print("\nevery line of the design that the emulator can show holds")
    return 0


def _rehearse(config: Config, logs: Path) -> list[Row]:
    with running() as emulator:
        environ = emulator.environ(os.environ)
        os.environ.clear()  # the operator's credentials too
        os.environ.update(environ)
        try:
            failed = rehearse(config, folder=emulator.folder, log=logs / "cdk.log", environ=environ)
            Path(shutil.copy(emulator.record, logs)).rename(RECORD)
            return failed
        except Exception:
            shutil.copy(emulator.log, logs)
            raise


def _permissions(config: Config) -> list[str]:
    print("\n== Permissions", flush=True)
    return permissions.run(RECORD, config, write="--write" in sys.argv)


@contextmanager
def _logs() -> Iterator[Path]:
    """A folder of this run alone, which only a failure keeps."""
    LOGS.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=LOGS))
    failed = False
    try:
        yield folder
    except Exception:
        failed = True
        print(f"logs: {folder}", file=sys.stderr)
        raise
    finally:
        if not failed:
            shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
