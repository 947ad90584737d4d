"""What was set at the last deployment must be set at this one, if only to its default.

A variable that is forgotten would take away what it stands for: the domain with its certificate,
the role that GitHub deploys with, the database's size. A network that is in use cannot become
another either: that is said here, before CloudFormation finds it out halfway.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from infra.config import Config
from infra.release import ReleaseError
from infra.release.stacks import STATE, Stack
from infra.variables import VARIABLES, Variable

OUTPUT = "Settings"
"""Of the state's stack: the variables that it was deployed with, as a JSON object."""

_NETWORKS = ("VPC_CIDR", "PUBLIC_CIDRS", "PRIVATE_CIDRS")
"""Another value makes the VPC or its subnets anew, and the service imports their ids:
CloudFormation refuses to take away what another stack imports."""


def check(deployed: Stack, *, assembly: Path) -> set[str]:
    """Compare the state's stack with the synthesized one that is to replace it.

    The names of the variables that have another value now. Raises ReleaseError, naming those that
    are left out, and those that cannot change.
    """
    if OUTPUT not in deployed.outputs:  # of an older release
        return set()
    template = json.loads((assembly / f"{STATE}.template.json").read_text(encoding="utf-8"))
    now = json.loads(template["Outputs"][OUTPUT]["Value"])
    before = json.loads(deployed.outputs[OUTPUT])
    forgotten = left_out(now, before)
    if forgotten:
        named = " ".join(f"{name}={text}" for name, text in forgotten.items())
        raise ReleaseError(
            f"settings: deployed with {named} and now without: "
            "set it as it is, or to another value (its default, or none) to change it"
        )
    changed = {v.name for v in VARIABLES if _value(v, now) != _value(v, before)}
    fixed = [name for name in _NETWORKS if name in changed]
    if fixed:
        raise ReleaseError(
            f"settings: {', '.join(fixed)} cannot change any more: the service is in that network"
        )
    return changed


def left_out(now: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """The variables of `before`, with their texts, that would go back to a default unsaid."""
    return {
        variable.name: before[variable.name]
        for variable in VARIABLES
        if variable.name in before
        and variable.name not in now
        and _value(variable, before) != _value(variable, now)
    }


def _value(variable: Variable, stated: Mapping[str, str]) -> object:
    """What the variable means there, its default where it is not set."""
    text = stated.get(variable.name)
    if text is None:
        return getattr(Config(), variable.field)
    try:
        return variable.parse(text)
    except ValueError:  # what an older release accepted
        return text
