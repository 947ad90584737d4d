"""`make audit`: known vulnerabilities of the locked packages.

Exit codes: 1 if a vulnerability has a fix and is not accepted in accepted_findings.toml; 2 if that
file is malformed; otherwise 0, also if OSV is unreachable, which is printed.
"""

import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from ishizue_ops.audit import osv, packages
from ishizue_ops.deploy.release import ReleaseError, scan


def main(accepted: Path = scan.ACCEPTED) -> int:
    """Run the command; exit codes as above."""
    checked = packages.locked()
    try:
        allowed = scan.accepted(datetime.now(UTC).date(), accepted)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 2
    counts = Counter(package.ecosystem for package in checked)
    what = ", ".join(f"{count} of {ecosystem}" for ecosystem, count in sorted(counts.items()))
    try:
        found = osv.findings(checked)
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
    for finding in found:
        accept = finding.ids & allowed
        failing += bool(finding.fixed and not accept)
        print(f"{'accepted' if accept else 'FAILS' if finding.fixed else 'known'}: {finding}")
    print(f"{failing} vulnerabilities to fix, {len(found) - failing} others, in {what}.")
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main())
