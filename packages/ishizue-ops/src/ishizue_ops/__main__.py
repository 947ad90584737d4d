"""`ishizue-ops COMMAND [ARGUMENTS…]`, in a service's repository: each command is a module."""

import re
import runpy
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution, requires
from importlib.util import find_spec
from typing import NamedTuple

_DESIGN = "ishizue-ops[design]"
_SERVICE = "ishizue[embedded]"


class Command(NamedTuple):
    """A module of this package, what it does, and what has to be installed for it."""

    module: str
    text: str
    needs: str = ""


COMMANDS: Mapping[str, Command] = {
    "synth": Command("checks", "synthesize the design into build/cdk.out and check it", _DESIGN),
    "plan": Command(
        "checks.plan", "show what a deployment changes, and what it would lose (FROM=…)", _DESIGN
    ),
    "policies": Command(
        "checks.policies", "check all variants with AWS Control Tower's rules", _DESIGN
    ),
    "cost": Command("cost", "price the design per month; --write writes docs/cost.md", _DESIGN),
    "prices": Command("cost.prices", "refresh the price book from AWS, with your credentials"),
    "diagram": Command(
        "drawing", "draw the design into docs/, other variants into build/diagram/", _DESIGN
    ),
    "rehearse": Command(
        "emulator", "deploy to a local emulator, and simulate the permissions", _DESIGN
    ),
    "runbook": Command("runbook", "write docs/operations.md and infra/operations.sh"),
    "audit": Command(
        "audit", "look known vulnerabilities of everything locked up at OSV", "ishizue-ops[audit]"
    ),
    "drill": Command(
        "drills", "break servers and databases under load, and audit every write", _SERVICE
    ),
    "fleet": Command(
        "fleet",
        "lose a task, a zone or the primary of the database, and audit every write",
        _SERVICE,
    ),
    "restore": Command(
        "deploy.restore", "let a restored database take over the stack's name (RESTORE=…)"
    ),
    "upgrade": Command(
        "restore.upgrade", "restore a dump in a later PostgreSQL, and compare", _SERVICE
    ),
    "deploy": Command("deploy", "deploy to AWS, with your credentials", _DESIGN),
    "trial": Command(
        "trial",
        "try it all in a real account, and take it away (ENVIRONMENT=, TRIAL_USD=)",
        _DESIGN,
    ),
    "update": Command(
        "update", "replace the packages in vendor/ from a checkout or a folder of wheels"
    ),
    "release": Command("deploy.release", "a step of the pipeline's release"),
}


def main() -> None:
    """Run the command that the arguments name.

    Exit code 2: there is none of that name, or what it needs is not installed.
    """
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    command = COMMANDS.get(name)
    if command is None:
        is_help = name in ("--help", "-h")
        known = "".join(f"  {each:9} {of.text}\n" for each, of in COMMANDS.items())
        usage = f"usage: ishizue-ops COMMAND [ARGUMENTS…]\n{known}"
        print(usage, end="", file=sys.stdout if is_help else sys.stderr)
        sys.exit(0 if is_help else 2)
    if absent := next(missing(command.needs), None) if command.needs else None:
        print(f"ishizue-ops {name}: install {command.needs}, {absent} is missing", file=sys.stderr)
        sys.exit(2)
    sys.path.insert(0, "")  # the service's `infra`, as under `python -m`
    sys.argv[:2] = [f"ishizue-ops {name}"]
    runpy.run_module(f"ishizue_ops.{command.module}", run_name="__main__")


def missing(requirement: str) -> Iterator[str]:
    """What `package` or `package[extra]` names directly, and is not installed."""
    package, _, extra = requirement.rstrip("]").partition("[")
    try:
        named = requires(package) or ()
    except PackageNotFoundError:
        if find_spec(package.replace("-", "_")) is None:  # it may be on the path instead
            yield package
        return
    for each in named:
        marker = re.search(r"extra == ['\"]([\w-]+)", each)
        if not marker or marker[1] == extra:
            name = re.split(r"[^\w.-]", each, maxsplit=1)[0]
            try:
                distribution(name)
            except PackageNotFoundError:
                yield name


if __name__ == "__main__":
    main()
