"""`make policies`: check every variant of the design with AWS Control Tower's rules.

A finding is mended, or acknowledged with its reason at its resource: `design/acknowledge.py`.
Exit code 1: a finding is neither, or an acknowledgment has no finding.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from ishizue_ops.checks.policies.guard import ToolError, check, run
from ishizue_ops.config import OF_THE_WEB
from ishizue_ops.project import product, read
from ishizue_ops.synth import DesignError, synthesize

# Every database with a domain and without, and the settings that add or remove resources.
VARIANTS = """
DATABASE=rds
DATABASE=rds DOMAIN=example.com
DATABASE=aurora REGION=ap-northeast-3
DATABASE=aurora DOMAIN=example.com
DATABASE=aurora AURORA_READER=off DATABASE_PROTECTION=off
DATABASE=none
DATABASE=none DOMAIN=example.com
DATABASE=rds DOMAIN=example.com WAF=on NAT_GATEWAYS=2 OUTSIDE_CHECK=on \
BACKUP_COPY_REGION=ap-northeast-3 ALARM_EMAIL=operator@example.com \
GITHUB_REPOSITORY=owner/name GITHUB_PROVIDER=create
DATABASE=rds CDN=on WAF=on ACCESS_LOGS=off
DATABASE=rds CDN=on DOMAIN=example.com WAF=on ENVIRONMENT=staging
"""


def main() -> int:
    """Run the command and return its exit code."""
    try:
        with TemporaryDirectory() as folder:
            assemblies = []
            for number, variant in enumerate(VARIANTS.split("\n")[1:-1]):
                settings = dict(word.split("=") for word in variant.split())
                if not product().web and settings.keys() & OF_THE_WEB:
                    continue
                print("synthesizing", variant, flush=True)
                assemblies.append(synthesize(read(settings), Path(folder, str(number))))
            files = [file for each in assemblies for file in sorted(each.glob("*.template.json"))]
            findings = run(files)
            lines = {line for assembly in assemblies for line in check(assembly, findings)}
    except (DesignError, ToolError) as error:
        print(f"policies: {error}", file=sys.stderr)
        return 1
    for line in sorted(lines):
        print(f"policies: {line}", file=sys.stderr)
    rules = {each.rule for each in findings}
    print(f"{len(rules)} rules with findings, {len(lines)} not acknowledged")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
