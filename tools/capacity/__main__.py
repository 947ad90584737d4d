"""`make capacity`: simulate days at the service into docs/scale.md, or answer one question.

With `--readers` it answers on the terminal and writes nothing; with `--check` it also compares the
simulation with real runs of the service, into docs/scale-run.md.
"""

import argparse
import sys
from collections.abc import Sequence

from tools.capacity import measured
from tools.capacity.checks import checks
from tools.capacity.design import Deployment
from tools.capacity.outcomes import ordinary, television
from tools.capacity.report import page
from tools.capacity.run.__main__ import main as check_by_runs

MOST_READERS = 10_000_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0; 1 if a check does not hold; 2 for a bad question."""
    parser = argparse.ArgumentParser(prog="python -m tools.capacity", description=__doc__)
    parser.add_argument("--readers", help="readers a day: answer on the terminal")
    parser.add_argument("--database", help="rds (default), aurora or none")
    parser.add_argument("--cdn", help="off (default) or on")
    parser.add_argument("--check", action="store_true", help="compare with real runs, 12 minutes")
    options = parser.parse_args(arguments)
    try:
        question = _question(options)
        costs = measured.load()
    except ValueError as error:
        print(f"capacity: {error}", file=sys.stderr)
        return 2
    except measured.MeasurementError as error:
        print(f"capacity: {error}", file=sys.stderr)
        return 1
    if question:
        number, deployment = question
        _progress(f"{number:,.0f} readers, {deployment.name}")
        outcome = ordinary(number, deployment, costs)
        print(page.answer(outcome, television(number, deployment, costs)), end="")
        return 0
    differs = check_by_runs(write=True) if options.check else 0
    return _write(costs) or differs


def _write(costs: measured.Measured) -> int:
    _progress("closed cases")
    found = list(checks())
    if failed := [check for check in found if not check.holds()]:
        for check in failed:
            print(f"capacity: {check.what}: {check.found:g}, not {check.expected:g}")
        return 1
    results = page.run(costs, found, _progress)
    files = page.files(results, _progress)
    page.FOLDER.mkdir(exist_ok=True)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    print(f"docs/{page.PAGE.name} written")
    return 0


def _question(options: argparse.Namespace) -> tuple[float, Deployment] | None:
    """The readers and the deployment asked for. Raises ValueError."""
    if options.readers is not None and options.check:
        raise ValueError("--check is not for one question: leave out --readers")
    if options.readers is None:
        if options.database or options.cdn:
            raise ValueError("--database and --cdn are for one question: add --readers")
        return None
    try:
        number = float(options.readers.replace(",", "").replace("_", ""))
    except ValueError:
        raise ValueError(f"--readers {options.readers}: not a number") from None
    if not 1 <= number <= MOST_READERS:
        raise ValueError(f"--readers {options.readers}: from 1 to {MOST_READERS:,} a day")
    database, cdn = options.database or "rds", options.cdn or "off"
    if database not in ("rds", "aurora", "none"):
        raise ValueError(f"--database {database}: rds, aurora or none")
    if cdn not in ("on", "off"):
        raise ValueError(f"--cdn {cdn}: on or off")
    return number, Deployment(database, cdn == "on")


def _progress(what: str) -> None:
    print(f"{what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
