"""`make upgrade-drill`: rehearse a major upgrade of PostgreSQL; exit 1 if anything differs.

Between the two versions in this project's own package. UPGRADE_FROM and UPGRADE_TO name other
folders of programs, such as /usr/lib/postgresql/15/bin and /usr/lib/postgresql/17/bin.
"""

import asyncio
import os
import sys
from pathlib import Path

from tools.postgres import folder, major_of
from tools.upgrade.drill import Upgrade, drill
from tools.upgrade.programs import bundled


def main() -> int:
    with folder() as path:
        found = bundled(path / "programs")
        old = Path(os.environ.get("UPGRADE_FROM") or found[min(found)])
        new = Path(os.environ.get("UPGRADE_TO") or found[max(found)])
        if major_of(old) >= major_of(new):
            print(
                f"upgrade-drill: {major_of(old)} to {major_of(new)} is no upgrade: "
                "set UPGRADE_FROM and UPGRADE_TO to the folders of two versions",
                file=sys.stderr,
            )
            return 2
        result = asyncio.run(drill(old, new))
    print(text(result))
    return 1 if result.failures else 0


def text(result: Upgrade) -> str:
    old, new = result.versions
    ways = list(result.after)
    head = f"PostgreSQL {old} to {new}"
    lines = [f"{head:<22}{'before':>10}" + "".join(f"{way:>14}" for way in ways)]
    for part, entries in result.before.parts.items():
        counts = (result.after[way].parts.get(part) or () for way in ways)
        lines.append(f"{part:<22}{len(entries):>10,}" + "".join(f"{len(n):>14,}" for n in counts))
    lines.append(", ".join(f"{step} {seconds:.1f} s" for step, seconds in result.seconds.items()))
    lines += [f"FAILS: {failure}" for failure in result.failures]
    lines.append(
        "the upgrade failed" if result.failures else "both ways hold, row for row, and are served"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
