"""`python -m infra.iam`: simulate the calls of the last rehearsal, `make deploy-emulated`.

Reads the settings of `infra.config`, which must be the rehearsal's. With `--write` it writes
docs/permissions.md. Exit codes: 1 a call is refused or a right is not needed; 2 a setting is wrong.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.config import Config, ConfigError, read
from infra.iam import page, record, report
from infra.iam.actions import UnknownAction
from infra.iam.check import check
from infra.iam.policies import UnknownPolicy
from infra.iam.record import RecordError
from infra.iam.simulator import SimulatorError

RECORD = Path("build/emulator/record.jsonl")

Errors = (RecordError, SimulatorError, UnknownAction, UnknownPolicy)


def run(file: Path, config: Config, *, write: bool = False) -> list[str]:
    """Check a record, print what was found, and return what does not hold. Raises `Errors`."""
    calls = record.read(file)
    result = check(calls, config)
    for line in report.lines(result):
        print(line)
    if write:
        page.write(result, calls)
    return result.complaints


def main(arguments: Sequence[str] = (), environ: Mapping[str, str] = os.environ) -> int:
    """Run the command and return its exit code."""
    try:
        complaints = run(RECORD, read(environ), write="--write" in arguments)
    except ConfigError as error:
        print(f"infra: {error}", file=sys.stderr)
        return 2
    except Errors as error:
        print(f"permissions: {error}", file=sys.stderr)
        return 1
    for line in complaints:
        print(f"permissions: {line}", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
