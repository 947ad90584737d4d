"""Compares the settings with those of the last deployment.

Every earlier setting must be set again, if only to its default: a forgotten one would remove the
domain with its certificate, GitHub's role, or the database. The networks cannot change once the
service is in them; without this check CloudFormation would fail halfway.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from ishizue_ops import project
from ishizue_ops.config import refusal
from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.release.stacks import Stack, read_template
from ishizue_ops.names import NETWORKS_OUTPUT, SETTINGS_OUTPUT
from ishizue_ops.product import Networks
from ishizue_ops.variables import SIZES, VARIABLES, Variable
from ishizue_ops.words import Text

_NETWORKS = ("VPC_CIDR", "PUBLIC_CIDRS", "PRIVATE_CIDRS")
"""The variables of releases to 1.2.0, whose stacks have no output of the product's networks."""

BY_HAND = frozenset(
    {variable.name for variable in VARIABLES if variable.name.startswith("GITHUB_")}
    | {"DOMAIN", "HOSTED_ZONE_ID", "CERTIFICATE_ARN", "OUTSIDE_CHECK"}
    | {"BACKUP_COPY_REGION", "CDN"}
)
"""The settings that no workflow changes. Some say whom the role trusts and what it may do: it could
lock itself out. Somebody has to delegate a domain, and a staging that forgot its own would take
production's. Others are in a region where the role may do nothing.
"""


def synthesized(assembly: Path, state: str) -> dict[str, str]:
    """The variables that the assembly was synthesized with. Raises Stopped."""
    outputs = read_template(assembly, state)["Outputs"]
    explicit: dict[str, str] = json.loads(outputs[SETTINGS_OUTPUT]["Value"])
    return explicit


def check(deployed: Stack, *, assembly: Path) -> set[str]:
    """Compare the deployed state's stack with the synthesized one; return the changed variables.

    Raises Stopped, naming the variables that are missing, removed or cannot change.
    """
    before = last(deployed)
    if before is None:
        return set()
    networks = deployed.outputs.get(NETWORKS_OUTPUT)
    of_old = {} if networks else dict(zip(_NETWORKS, str(Networks()).split(), strict=True))
    if removed := refusal(of_old | before, project.product()):
        raise Stopped(Text("deployed-with", removed=removed))
    now = synthesized(assembly, deployed.name)
    changed = {v.name for v in VARIABLES if _value(v, now) != _value(v, before)}
    # Settings that are left out would silently return to their defaults.
    missing = [v.name for v in VARIABLES if v.name in changed & before.keys() - now.keys()]
    if missing:
        named = " ".join(f"{name}={before[name]}" for name in missing)
        raise Stopped(Text("forgotten", settings=named))
    # A change would replace the VPC or its subnets, whose ids the service's stack imports.
    if networks not in (None, str(project.product().networks)):
        raise Stopped(Text("fixed", names=f"Product.networks ({networks})"))
    if "ZONES" in changed:
        raise Stopped(Text("fixed", names="ZONES"))
    return changed


def last(deployed: Stack) -> dict[str, str] | None:
    """The variables of the deployed state's stack; None if its first deployment failed."""
    text = deployed.outputs.get(SETTINGS_OUTPUT)
    explicit: dict[str, str] | None = json.loads(text) if text else None
    return explicit


def _value(variable: Variable, explicit: Mapping[str, str]) -> object:
    """The variable's parsed value, or its default for the region and the size."""
    text = {**SIZES.get(explicit.get("SIZE", ""), {}), **explicit}.get(variable.name)
    if text is None:
        return getattr(project.read({"REGION": explicit.get("REGION", "")}), variable.field)
    try:
        return variable.parse(text)
    except ValueError:  # another release accepted it
        return text
