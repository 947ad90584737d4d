"""`ishizue-ops COMMAND [ARGUMENTS…]`, in a service's repository: each command is a module."""

import runpy
import sys
from collections.abc import Mapping

COMMANDS: Mapping[str, tuple[str, str]] = {
    "synth": ("checks", "synthesize the design into build/cdk.out and check it"),
    "plan": ("checks.plan", "show what a deployment changes, and what it would lose (FROM=…)"),
    "policies": ("checks.policies", "check all variants with AWS Control Tower's rules"),
    "cost": ("cost", "price the design per month; --write writes docs/cost.md"),
    "prices": ("cost.prices", "compare the price book with AWS's list, with your credentials"),
    "diagram": ("drawing", "draw the design into docs/, other variants into build/diagram/"),
    "rehearse": ("emulator", "deploy to a local emulator, and simulate the permissions"),
    "runbook": ("runbook", "write docs/operations.md and infra/operations.sh"),
    "audit": ("audit", "look known vulnerabilities of everything locked up at OSV"),
    "drill": ("drills", "break servers and databases under load, and audit every write"),
    "fleet": ("fleet", "lose a task, a zone or the primary of the database, and audit every write"),
    "restore": ("deploy.restore", "let a restored database take over the stack's name (RESTORE=…)"),
    "upgrade": ("restore.upgrade", "restore a dump in a later PostgreSQL, and compare"),
    "deploy": ("deploy", "deploy to AWS, with your credentials"),
    "trial": ("trial", "try it all in a real account, and take it away (ENVIRONMENT=, TRIAL_USD=)"),
    "update": ("update", "replace the packages in vendor/ from a checkout or a folder of wheels"),
    "release": ("deploy.release", "a step of the pipeline's release"),
}
"""By name: the module of this package, and what it does."""


def main() -> None:
    """Run the command that the arguments name. Exit code 2: there is none of that name."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        known = "".join(f"  {each:9} {text}\n" for each, (_, text) in COMMANDS.items())
        print(f"usage: ishizue-ops COMMAND [ARGUMENTS…]\n{known}", end="", file=sys.stderr)
        sys.exit(2)
    sys.path.insert(0, "")  # the service's `infra`, as under `python -m`
    sys.argv[:2] = [f"ishizue-ops {name}"]
    runpy.run_module(f"ishizue_ops.{COMMANDS[name][0]}", run_name="__main__")


if __name__ == "__main__":
    main()
