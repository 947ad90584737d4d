"""`make audit`: known vulnerabilities of the locked packages, and of an image.

    ishizue-ops audit [IMAGE]

Exit codes: 1 if a vulnerability has a fix and is not accepted in accepted_findings.toml; 2 if the
image cannot be read; otherwise 0, also if OSV is unreachable, which is printed.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ishizue_ops.audit import osv, packages
from ishizue_ops.deploy.release import ReleaseError, scan


def main(arguments: Sequence[str] | None = None, accepted: Path = scan.ACCEPTED) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("image", nargs="?", help="an image that docker has")
    image = parser.parse_args(arguments).image
    try:
        checked = packages.locked()
        if image:
            checked = sorted({*checked, *packages.installed(image)})
        allowed = scan.accepted(datetime.now(UTC).date(), accepted)
    except (packages.NoImage, ReleaseError) as error:
        print(error, file=sys.stderr)
        return 2
    counts = Counter(package.ecosystem for package in checked)
    what = ", ".join(f"{count} of {ecosystem}" for ecosystem, count in sorted(counts.items()))
    try:
        findings = osv.findings(checked)
    except osv.Unavailable as error:
        # GitHub shows such a line on the page of the run.
        mark = "::warning::" if os.environ.get("GITHUB_ACTIONS") else ""
        print(f"{mark}NOT CHECKED for known vulnerabilities: {what}.")
        print(f"{osv.SERVICE} is unreachable: {error}")
        return 0
    except osv.Refused as error:
        print(f"{osv.SERVICE} refuses the query: {error}", file=sys.stderr)
        return 1
    failing = 0
    for finding in findings:
        accept = finding.ids & allowed
        failing += bool(finding.fixed and not accept)
        print(f"{'accepted' if accept else 'FAILS' if finding.fixed else 'known'}: {finding}")
    print(f"{failing} vulnerabilities to fix, {len(findings) - failing} others, in {what}.")
    if not image:
        print("No image was checked: use make audit IMAGE=…")
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main())
