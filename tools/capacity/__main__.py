"""`make capacity`: write the tables and the picture of docs/scale.md.

People write the page; each table stands between `<!-- capacity: NAME -->` and `<!-- /capacity -->`.
"""

import itertools
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bars import Bar, picture
from ishizue_ops.cost.estimate import table
from tools.capacity.readers import BUSIEST, TELEVISION, arriving, sent
from tools.capacity.service import SCALING_SECONDS, Variant

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
PICTURE = PAGE.with_suffix(".svg")
READERS = (10_000, 1_000_000, 10_000_000, 100_000_000)
SERVICES = (Variant(cdn=False), Variant(cdn=True))

_BLOCK = re.compile(r"(?<=<!-- capacity: )(\w+) -->.*?(?=<!-- /capacity -->)", re.DOTALL)
_PEAK = ("readers", "CDN", "requests/s", "tasks that run", "tasks needed", "what fails first")


def tasks(service: Variant, readers: int, *, link: bool) -> tuple[int, float]:
    """The tasks that run before the busiest second, and those that it needs."""
    before = sent(readers, TELEVISION if link else BUSIEST - 1)
    rates = sent(readers, TELEVISION if link else BUSIEST, link=link)
    return service.running(before), service.tasks(rates, use=1)


def peak(service: Variant, readers: int, *, link: bool) -> Sequence[str]:
    """The busiest second: requests, tasks that run before, tasks needed, and what fails."""
    rates = sent(readers, TELEVISION if link else BUSIEST, link=link)
    running, needed = tasks(service, readers, link=link)
    most = service.settings.max_tasks
    loads = {
        f"the tasks that run: {{}} for {SCALING_SECONDS} s": needed / running,
        "`MAX_TASKS`: {} as long as it lasts": needed / most,
    }
    failures = [
        what.format(f"{1 - 1 / loads[what]:.0%} of the requests lost")
        for what in sorted(loads, key=loads.__getitem__, reverse=True)
        if loads[what] > 1
    ]
    requests = sum(arriving(rates, cdn=service.cdn))
    day = (f"{readers:,}", "on" if service.cdn else "off")
    return *day, f"{requests:,.0f}", f"{running}", f"{needed:.1f}", "; ".join(failures) or "nothing"


def tables() -> dict[str, str]:
    """The page's tables, by name."""
    days = [(service, readers) for readers in READERS for service in SERVICES]
    prices = [
        (f"{readers:,}", *(f"{service.price(readers):,.2f}" for service in SERVICES))
        for readers in READERS
    ]
    return {
        "ordinary": table(_PEAK, (peak(*day, link=False) for day in days)),
        "television": table(_PEAK, (peak(*day, link=True) for day in days)),
        "prices": table(("readers", "RDS", "RDS, `CDN=on`"), prices),
    }


def drawn() -> str:
    """The picture: the tasks that each busiest second needs, of those that run before it."""
    bars = []
    for link, when in ((False, "at seven"), (True, "after a link")):
        for readers, service in itertools.product(READERS[1:], SERVICES):
            running, needed = tasks(service, readers, link=link)
            name = f"{readers:,} readers, {when}{', CDN=on' if service.cdn else ''}"
            text = f"{needed:.1f} of {running} tasks"
            bars.append(Bar(name, needed / running, text, good=needed <= running))
    return picture("Tasks needed; those that run = 1", bars)


def filled(page: str) -> str:
    """The page with its tables as they are computed now."""
    written = tables()
    return _BLOCK.sub(lambda block: f"{block[1]} -->\n{written[block[1]]}", page)


def main() -> None:
    """Run the command."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    PICTURE.write_text(drawn(), encoding="utf-8")


if __name__ == "__main__":
    main()
