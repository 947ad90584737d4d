"""What was set at the last deployment must be set at this one, if only to its default.

A variable that is forgotten would take away what it stands for: the domain with its certificate,
the role that GitHub deploys with, the database's size.
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


def check(deployed: Stack, *, assembly: Path) -> None:
    """Compare the state's stack with the synthesized one that is to replace it.

    Raises ReleaseError, naming the variables that are left out.
    """
    template = json.loads((assembly / f"{STATE}.template.json").read_text(encoding="utf-8"))
    now = json.loads(template["Outputs"][OUTPUT]["Value"])
    forgotten = left_out(now, json.loads(deployed.outputs.get(OUTPUT, "{}")))
    if forgotten:
        named = " ".join(f"{name}={text}" for name, text in forgotten.items())
        raise ReleaseError(
            f"settings: deployed with {named} and now without: "
            "set it as it is, or to another value (its default, or none) to change it"
        )


def left_out(now: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """The variables of `before`, with their texts, that would go back to a default unsaid."""
    return {
        variable.name: before[variable.name]
        for variable in VARIABLES
        if variable.name in before
        and variable.name not in now
        and not _is_default(variable, before[variable.name])
    }


def _is_default(variable: Variable, text: str) -> bool:
    try:
        return bool(variable.parse(text) == getattr(Config(), variable.field))
    except ValueError:  # what an older release accepted
        return False
