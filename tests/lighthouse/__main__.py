"""`make lighthouse`: every page audited three times; exits 1 unless every median is 100.

    python -m tests.lighthouse [ADDRESS…]

On a server of our own with favorites in it, over the loopback.
"""

import shutil
import subprocess
import sys

from tests.browser.conftest import PROGRAMS
from tests.browser.lived_in import lived_in
from tests.browser.pages import addresses
from tests.lighthouse.audit import CATEGORIES, audit
from tests.postgres import embedded_server

from kirosample.clock import system_clock

RUNS = 3


def main(asked: list[str]) -> int:
    browser = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if browser is None:
        print(f"lighthouse needs a Chromium: one of {', '.join(PROGRAMS)}", file=sys.stderr)
        return 2
    failed = 0
    with embedded_server() as database, lived_in(database, clock=system_clock) as server:
        pages = asked or addresses(server)
        width = max(map(len, pages))
        print(f"{'':{width}}  {'  '.join(CATEGORIES)}", flush=True)
        for page in pages:
            try:
                scores = audit(server.url + page, browser, RUNS)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                print(f"{page:{width}}  {error}", flush=True)
                failed += 1
                continue
            cells = (f"{scores.by_category[name]:{len(name)}}" for name in CATEGORIES)
            print(f"{page:{width}}  {'  '.join(cells)}", flush=True)
            for line in scores.wanting:
                print(f"{'':{width}}    {line}", flush=True)
            failed += not scores.whole
    what = f"{len(pages)} pages, the median of {RUNS} runs"
    print(f"below 100: {failed} of {what}" if failed else f"100 in every category: {what}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
