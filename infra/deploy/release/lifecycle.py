"""Whether the database is in RDS Extended Support, which is decided at its creation alone.

CloudFormation refuses to change `EngineLifecycleSupport` ("cannot be modified") and takes the
deployment back. New databases are created without it; one that is there keeps what it was created
with, in a parameter of the state's stack. `cdk deploy` keeps a parameter's value, so it is passed
only to change it.
"""

import json
from collections.abc import Mapping
from typing import Any

from infra.config import Config
from infra.deploy.release.stacks import Stack
from infra.names import EXTENDED_SUPPORT, SETTINGS_OUTPUT


def parameters(deployed: Stack | None, template: Mapping[str, Any]) -> dict[str, str]:
    """The parameter that the state's stack with this template needs, if it needs another value."""
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
