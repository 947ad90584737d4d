"""`make capacity`: write the tables of docs/scale.md.

With `--check` it compares the page with what it would write. People write the page; each table
stands between `<!-- capacity: NAME -->` and `<!-- /capacity -->`.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ishizue_ops.cost.estimate import table
from tools.capacity.readers import BUSIEST, TELEVISION, arriving, sent
from tools.capacity.service import SCALING_SECONDS, Service

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
READERS = (10_000, 1_000_000, 10_000_000, 100_000_000)
PLAIN, BEHIND = Service(cdn=False), Service(cdn=True)

_BLOCK = re.compile(r"(?<=<!-- capacity: )(\w+) -->.*?(?=<!-- /capacity -->)", re.DOTALL)
_PEAK = ("requests/s", "tasks that run", "tasks needed", "what fails first")


def peak(service: Service, readers: float, *, link: bool) -> Sequence[str]:
    """The busiest second: requests, tasks that run before, tasks needed, and what fails."""
    before = sent(readers, TELEVISION if link else BUSIEST - 1)
    rates = sent(readers, TELEVISION if link else BUSIEST, link=link)
    running, most = service.running(before), service.settings.max_tasks
    needed = service.tasks(rates, use=1)
    loads = {
        f"the tasks that run: {_lost(needed, running)} for {SCALING_SECONDS} s": needed / running,
        f"`MAX_TASKS`: {_lost(needed, most)} as long as it lasts": needed / most,
    }
    failures = [what for what in sorted(loads, key=loads.__getitem__)[::-1] if loads[what] > 1]
    requests = sum(arriving(rates, cdn=service.cdn))
    return f"{requests:,.0f}", f"{running}", f"{needed:.1f}", "; ".join(failures) or "nothing"


def _lost(needed: float, tasks: int) -> str:
    return f"{1 - tasks / needed:.0%} of the requests lost"


def tables() -> dict[str, str]:
    """The page's tables, by name."""
    return {
        "ordinary": table(("readers", "CDN", *_PEAK), _peaks(link=False)),
        "television": table(("readers", "CDN", *_PEAK), _peaks(link=True)),
        "prices": table(("readers", "RDS", "RDS, `CDN=on`"), _prices()),
    }


def _peaks(*, link: bool) -> Iterator[Sequence[str]]:
    for readers in READERS:
        for service in (PLAIN, BEHIND):
            cdn = "on" if service.cdn else "off"
            yield f"{readers:,}", cdn, *peak(service, readers, link=link)


def _prices() -> Iterator[Sequence[str]]:
    for readers in READERS:
        days = [service.price(readers) for service in (PLAIN, BEHIND)]
        yield f"{readers:,}", *(f"{usd:,.2f}" for usd in days)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0, or 1 if the page is out of date."""
    parser = argparse.ArgumentParser(prog="python -m tools.capacity", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare the page")
    options = parser.parse_args(arguments)
    found = tables()
    written = PAGE.read_text(encoding="utf-8")
    page = _BLOCK.sub(lambda block: f"{block[1]} -->\n{found[block[1]]}", written)
    if not options.check:
        PAGE.write_text(page, encoding="utf-8")
    elif page != written:
        print(f"capacity: docs/{PAGE.name} is out of date: run make capacity", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
