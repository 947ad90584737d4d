"""`python -m infra.emulator`, which is `make deploy-emulated`: exit code 1 when a line fails.

Takes the settings of `infra.config`; without DOMAIN it deploys for example.com.
"""

import os
import shutil
import sys
from pathlib import Path

from infra.cdk import cli
from infra.config import ConfigError, read
from infra.deploy import Stopped
from infra.emulator.process import EmulatorError, running
from infra.emulator.rehearsal import RehearsalError, rehearse
from infra.release import ReleaseError
from infra.synth import DesignError

LOGS = Path("build/emulator")
"""Where the CLI's log is, and the emulator's own after a failure."""


def main() -> int:
    """Rehearse against an emulator of our own, and end it whatever happens."""
    try:
        config = read({"DOMAIN": "example.com", **_set(os.environ)})
        with running() as emulator:
            environ = emulator.environ(os.environ)
            os.environ.clear()  # no credentials of the operator's from here on
            os.environ.update(environ)
            try:
                failed = rehearse(config, folder=emulator.folder, log=_log(), environ=environ)
            except BaseException:
                shutil.copy(emulator.log, LOGS)
                raise
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
    ) as error:
        print(f"deploy-emulated: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if failed:
        print(f"\n{len(failed)} lines of the document do not hold", file=sys.stderr)
        return 1
    print("\nevery line of the document holds")
    return 0


def _set(environ: os._Environ[str]) -> dict[str, str]:
    """The variables that say something: make exports an empty DOMAIN."""
    return {name: text for name, text in environ.items() if text.strip()}


def _log() -> Path:
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "cdk.log"
    log.write_text("")
    return log


if __name__ == "__main__":
    sys.exit(main())
