"""Compares the settings with those of the last deployment.

Every earlier setting must be set again, if only to its default: a forgotten one would remove the
domain with its certificate, GitHub's role, or the database. The networks cannot change once the
service is in them; without this check CloudFormation would fail halfway. An older release made the
account's identity provider for GitHub such that an update without it would delete it for everyone.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.config import Config
from infra.deploy.release import ReleaseError
from infra.deploy.release.stacks import Stack, read_template
from infra.names import EXTENDED_SUPPORT, PROVIDER_OUTPUT, SETTINGS_OUTPUT
from infra.variables import VARIABLES, Variable

_NETWORKS = ("VPC_CIDR", "PUBLIC_CIDRS", "PRIVATE_CIDRS")
"""A change would replace the VPC or its subnets, whose ids the service's stack imports."""

BY_HAND = frozenset(
    {variable.name for variable in VARIABLES if variable.name.startswith("GITHUB_")}
    | {"DOMAIN", "HOSTED_ZONE_ID", "CERTIFICATE_ARN", "OUTSIDE_CHECK", "DEPLOYMENT"}
    | {"BACKUP_COPY_REGION", "CDN"}
)
"""What no workflow changes: whom the role trusts, lest it locks itself out, the domain, whose
delegation somebody has to wait for, and what is in a region where the role may do nothing. A
staging that forgot its own domain would take production's. `make deploy` looks where a canary's
requests go before it changes the domain or the deployment.
"""


def synthesized(assembly: Path, state: str) -> dict[str, str]:
    """The variables that the assembly was synthesized with. Raises ReleaseError."""
    outputs = read_template(assembly, state)["Outputs"]
    explicit: dict[str, str] = json.loads(outputs[SETTINGS_OUTPUT]["Value"])
    return explicit


def check(deployed: Stack, *, assembly: Path) -> set[str]:
    """Compare the deployed state's stack with the synthesized one; return the changed variables.

    Raises ReleaseError, naming the variables that are missing or cannot change.
    """
    if SETTINGS_OUTPUT not in deployed.outputs:  # an older release
        return set()
    _keep_provider(deployed, read_template(assembly, deployed.name))
    now = synthesized(assembly, deployed.name)
    before = json.loads(deployed.outputs[SETTINGS_OUTPUT])
    changed = {v.name for v in VARIABLES if _value(v, now) != _value(v, before)}
    # They would silently return to their defaults.
    missing = [v.name for v in VARIABLES if v.name in changed & before.keys() - now.keys()]
    if missing:
        named = " ".join(f"{name}={before[name]}" for name in missing)
        raise ReleaseError(
            f"settings: the last deployment had {named}: "
            "set it again, or set another value (its default, or none) to change it"
        )
    fixed = [name for name in _NETWORKS if name in changed]
    if fixed:
        raise ReleaseError(
            f"settings: {', '.join(fixed)} cannot change: the service is in that network"
        )
    return changed


def made_provider(deployed: Stack) -> bool:
    """Whether the state's stack made GitHub's identity provider, as older releases always did."""
    settings = json.loads(deployed.outputs.get(SETTINGS_OUTPUT, "{}"))
    return settings.get("GITHUB_PROVIDER") == "create" or _is_older(deployed)


def _is_older(deployed: Stack) -> bool:
    return "DeployRoleArn" in deployed.outputs and PROVIDER_OUTPUT not in deployed.outputs


def _keep_provider(deployed: Stack, template: Mapping[str, Any]) -> None:
    types = {resource["Type"] for resource in template.get("Resources", {}).values()}
    if _is_older(deployed) and "AWS::IAM::OIDCProvider" not in types:
        raise ReleaseError(
            f"settings: this would delete the account's identity provider for GitHub, which "
            f"{deployed.name} made: run `make deploy GITHUB_PROVIDER=create`, after which it "
            "outlives the stack"
        )


def _value(variable: Variable, explicit: Mapping[str, str]) -> object:
    """The variable's parsed value, or its default."""
    text = explicit.get(variable.name)
    if text is None:
        return getattr(Config(), variable.field)
    try:
        return variable.parse(text)
    except ValueError:  # accepted by an older release
        return text


def extended_support(deployed: Stack | None, template: Mapping[str, Any]) -> dict[str, str]:
    """The parameter that the state's stack with this template needs, if it needs another value.

    Whether the database is in RDS Extended Support is decided at its creation: CloudFormation
    refuses to change it. New ones are created without; one that is there keeps what it has, in a
    parameter of the stack, whose value `cdk deploy` keeps.
    """
    if deployed is None or EXTENDED_SUPPORT not in template.get("Parameters", {}):
        return {}
    same = _database(deployed.outputs) == _database(
        {name: output["Value"] for name, output in template["Outputs"].items()}
    )
    # A stack without the parameter is from a release that created databases with it.
    was = deployed.parameters.get(EXTENDED_SUPPORT, "on") if same else None
    now = deployed.parameters.get(EXTENDED_SUPPORT, "off")
    needed = was or "off"
    return {} if needed == now else {EXTENDED_SUPPORT: needed}


def _database(outputs: Mapping[str, Any]) -> str:
    settings: Mapping[str, str] = json.loads(outputs.get(SETTINGS_OUTPUT, "{}"))
    return settings.get("DATABASE", Config().database)
