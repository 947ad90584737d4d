"""`make restore-drill`: run the restore drill; exit 1 if anything differs."""

import asyncio
import sys

from tools.postgres import OLDEST_MAJOR, system_programs
from tools.restore.drill import Drill, drill


def main() -> int:
    programs = system_programs()
    if programs is None:
        print(
            f"make restore-drill needs PostgreSQL {OLDEST_MAJOR} or later with pg_dump: "
            "apt-get install postgresql",
            file=sys.stderr,
        )
        return 2
    result = asyncio.run(drill(programs))
    print(text(result))
    return 1 if result.failures else 0


def text(result: Drill) -> str:
    lines = [f"{'':<20}{'before':>10}{'restored':>10}{'differ':>10}"]
    for part in result.before.parts:
        before, after = (one.parts.get(part) for one in (result.before, result.after))
        counts = [len(entries) if entries is not None else 0 for entries in (before, after)]
        differ = result.before.different(part, result.after)
        lines.append(f"{part:<20}" + "".join(f"{n:>10,}" for n in (*counts, differ)))
    lines.append(
        f"backed up in {result.seconds['backup']:.1f} s ({result.dump_bytes / 1e6:.1f} MB), "
        f"restored in {result.seconds['restore']:.1f} s, "
        f"ready {result.seconds['start']:.1f} s after that"
    )
    lines += [f"FAILS: {failure}" for failure in result.failures]
    lines.append("the restore failed" if result.failures else "the restore holds, row for row")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
