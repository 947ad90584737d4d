"""What ECS puts into a container's environment, read from a design's task definitions."""

from collections.abc import Mapping
from typing import Any

from infra.report.template import Design


def given(design: Design, found: Mapping[str, Any], database: Mapping[str, Any]) -> dict[str, str]:
    """The names and values for a container definition; `database` is the JSON of RDS's secret."""
    values = {}
    for entry in found.get("Environment", []):
        value = entry["Value"]
        values[entry["Name"]] = value if isinstance(value, str) else _joined(value)
    for entry in found.get("Secrets", []):
        values[entry["Name"]] = _secret(design, entry["ValueFrom"], database)
    return values


def _joined(value: Mapping[str, Any]) -> str:
    """A value that CloudFormation joins, with the load balancer's name as AWS writes it."""
    _, parts = value["Fn::Join"]
    name = "KiroSa-EdgeL-1A2B3C-123456789.ap-northeast-1.elb.amazonaws.com"
    return "".join(part if isinstance(part, str) else name for part in parts)


def _secret(design: Design, value_from: Mapping[str, Any], database: Mapping[str, Any]) -> str:
    """The whole secret that AWS generated, or one key of RDS's."""
    if "Fn::Join" in value_from:
        _, (_, key) = value_from["Fn::Join"]
        return str(database[key.removeprefix(":").removesuffix("::")])
    made = design.resolve(value_from, "KiroSampleService")
    assert made is not None
    rules = made.properties["GenerateSecretString"]
    assert rules["ExcludePunctuation"] is True, "a comma would part the key in two"
    return "k" * int(rules["PasswordLength"])
