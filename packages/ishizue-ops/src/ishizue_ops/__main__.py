"""`ishizue-ops COMMAND [ARGUMENTS…]`, in a service's repository: each command is a module."""

import re
import runpy
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution, requires
from importlib.util import find_spec

COMMANDS: Mapping[str, tuple[str, str]] = {
    "synth": ("checks", "synthesize the design into build/cdk.out and check it"),
    "plan": ("checks.plan", "show what a deployment changes, and what it would lose (FROM=…)"),
    "cost": ("cost", "price the design per month; --write writes docs/cost.md"),
    "prices": ("cost.prices", "compare the price book with AWS's list, with your credentials"),
    "diagram": ("drawing", "draw the design into docs/, other variants into build/diagram/"),
    "rehearse": ("emulator", "deploy to a local emulator, and simulate the permissions"),
    "runbook": ("runbook", "write docs/operations.md and infra/operations.sh"),
    "audit": ("audit", "ask OSV for known vulnerabilities of everything locked"),
    "drill": ("drills", "break servers and databases under load, and audit every write"),
    "restore": ("deploy.restore", "let a restored database take over the stack's name (RESTORE=…)"),
    "restore-drill": ("dumps", "lose a database, restore its dump, and compare row for row"),
    "deploy": ("deploy", "deploy to AWS, with your credentials"),
    "health": (
        "health",
        "show a deployed environment, and the dates that come (--dates: near ones)",
    ),
    "destroy": ("destroy", "delete an environment, and name what is left (FINAL_SNAPSHOT=off)"),
    "trial": ("trial", "deploy, release and destroy in a real account (ENVIRONMENT=, TRIAL_USD=)"),
    "update": ("update", "replace the packages in vendor/ from a checkout or a folder of wheels"),
    "release": ("deploy.release", "a step of the pipeline's release"),
}
"""By name: the module of this package, and what it does."""


NEEDED: Mapping[str, tuple[str, ...]] = {
    "ishizue-ops[design]": (
        *("synth", "plan", "cost", "diagram", "rehearse", "deploy", "health", "destroy", "trial"),
    ),
    "ishizue-ops[audit]": ("audit",),
    "ishizue[embedded]": ("drill", "restore-drill"),
}
"""What has to be installed for these commands; the others need nothing but this package."""


def main() -> None:
    """Run the command that the arguments name.

    Exit code 2: there is none of that name, or what it needs is not installed.
    """
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        is_help = name in ("--help", "-h")
        known = "".join(f"  {each:13} {text}\n" for each, (_, text) in COMMANDS.items())
        usage = f"usage: ishizue-ops COMMAND [ARGUMENTS…]\n{known}"
        print(usage, end="", file=sys.stdout if is_help else sys.stderr)
        sys.exit(0 if is_help else 2)
    for requirement in (each for each, commands in NEEDED.items() if name in commands):
        if absent := next(missing(requirement), None):
            print(
                f"ishizue-ops {name}: install {requirement}, {absent} is missing", file=sys.stderr
            )
            sys.exit(2)
    sys.path.insert(0, "")  # the service's `infra`, as under `python -m`
    sys.argv[:2] = [f"ishizue-ops {name}"]
    runpy.run_module(f"ishizue_ops.{COMMANDS[name][0]}", run_name="__main__")


def missing(requirement: str) -> Iterator[str]:
    """What `package[extra]` names directly, and is not installed."""
    package, extra = requirement.rstrip("]").split("[")
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
