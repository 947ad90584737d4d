"""`make audit`: known vulnerabilities of what is locked here, and of an image.

    python -m tests.audit [IMAGE]

Exit codes: 1 where a vulnerability has a fix and is not accepted in accepted_findings.toml; 0
otherwise, and where OSV cannot be reached, which is printed; 2 where the image cannot be read.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.audit import osv, packages

from infra.release import ReleaseError, scan


def main(arguments: Sequence[str] | None = None, accepted: Path = scan.ACCEPTED) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.audit")
    parser.add_argument("image", nargs="?", help="an image that docker has, such as kirosample")
    parser.add_argument("--service", default=osv.SERVICE, help="OSV's address")
    given = parser.parse_args(arguments)
    try:
        asked = packages.locked()
        if given.image:
            asked = sorted({*asked, *packages.installed(given.image)})
        allowed = scan.accepted(datetime.now(UTC).date(), accepted)
    except (packages.NoImage, ReleaseError) as error:
        print(error, file=sys.stderr)
        return 2
    counts = Counter(package.ecosystem for package in asked)
    what = ", ".join(f"{count} of {ecosystem}" for ecosystem, count in sorted(counts.items()))
    try:
        found = osv.findings(asked, given.service)
    except osv.Unavailable as error:
        # GitHub shows such a line on the run's page.
        mark = "::warning::" if os.environ.get("GITHUB_ACTIONS") else ""
        print(f"{mark}NOT CHECKED for known vulnerabilities: {what}.")
        print(f"{given.service} cannot be asked: {error}")
        return 0
    except osv.Refused as error:
        print(f"{given.service} refuses the query: {error}", file=sys.stderr)
        return 1
    failing = 0
    for finding in found:
        if finding.ids & allowed:
            print(f"accepted: {finding}")
        elif finding.fixed:
            print(f"FAILS: {finding}")
            failing += 1
        else:
            print(f"known: {finding}")
    print(f"{failing} vulnerabilities to fix, {len(found) - failing} others, in {what}.")
    if not given.image:
        print("An image was not checked: make audit IMAGE=… does.")
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main())
