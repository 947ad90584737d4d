"""`make capacity`: simulate days at the service into docs/scale.md, or answer one question.

With `--readers` it answers on the terminal and writes nothing; with `--check` it compares the page
with what it would write.
"""

import argparse
import sys
from collections.abc import Sequence
from functools import partial

from tools.capacity import design, page
from tools.capacity.design import Deployment
from tools.capacity.model import Kind
from tools.capacity.outcomes import EVENING, outcome

_progress = partial(print, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0, or 1 if the page is out of date or its advice is not so."""
    parser = argparse.ArgumentParser(prog="python -m tools.capacity", description=__doc__)
    parser.add_argument("--readers", type=number, help="readers a day: answer on the terminal")
    parser.add_argument("--database", choices=("rds", "aurora", "none"), help="rds if left out")
    parser.add_argument("--cdn", choices=("off", "on"), help="off if left out")
    parser.add_argument("--check", action="store_true", help="write nothing, compare the page")
    options = parser.parse_args(arguments)
    if not options.readers and (options.database or options.cdn):
        parser.error("--database and --cdn are for one question: add --readers")
    if options.readers and options.check:
        parser.error("--check is not for one question: leave out --readers")
    try:
        kinds = design.kinds()
    except design.CostsError as error:
        print(f"capacity: {error}", file=sys.stderr)
        return 1
    if not options.readers:
        return _page(kinds, check=options.check)
    deployment = Deployment(options.database or "rds", options.cdn == "on")
    _progress("synthesizing and simulating …")
    day = outcome(options.readers, deployment, kinds)
    print(page.answer(day, outcome(options.readers, deployment, kinds, EVENING)), end="")
    return 0


def _page(kinds: Sequence[Kind], *, check: bool) -> int:
    """Write the page and its pictures, or compare them."""
    results = page.run(kinds, _progress)
    faults = [f"not so: {claim}" for claim, holds in page.claims(results) if not holds]
    for path, text in page.files(results).items():
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            faults.append(f"{path.name} is out of date: run make capacity")
    for fault in faults:
        print(f"capacity: {fault}", file=sys.stderr)
    if not faults:
        print(f"docs/{page.PAGE.name} {'is up to date' if check else 'written'}")
    return 1 if faults else 0


def number(text: str) -> float:
    """From one reader to ten billion."""
    found = float(text.replace(",", "").replace("_", ""))
    if not 1 <= found <= 1e10:
        raise argparse.ArgumentTypeError(f"{text}: from 1 to 10,000,000,000 a day")
    return found


if __name__ == "__main__":
    sys.exit(main())
