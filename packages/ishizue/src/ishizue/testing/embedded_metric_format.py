"""The rules of CloudWatch's embedded metric format: where they are broken, there is no metric.

From the CloudWatch User Guide, "Specification: Embedded metric format": `SCHEMA` has the rules of
its JSON schema, and the rest is what the text demands beyond it.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
from typing import Any

import jsonschema_rs

UNITS = ["Count", "Milliseconds"]
"""Those of CloudWatch's that `Metrics` writes."""


def _name(most: int) -> dict[str, Any]:
    return {"type": "string", "pattern": "^(.*)$", "minLength": 1, "maxLength": most}


def _object(**properties: Any) -> dict[str, Any]:
    """ "Objects defined by this specification MUST NOT contain any additional members"."""
    return {
        "type": "object",
        "required": [*properties],
        "properties": properties,
        "additionalProperties": False,
    }


_DIMENSION_SET = {"type": "array", "maxItems": 30, "items": _name(250)}
_METRIC = _object(Name=_name(1024), Unit={"enum": UNITS})
_DIRECTIVE = _object(
    Namespace=_name(1024),
    Dimensions={"type": "array", "minItems": 1, "items": _DIMENSION_SET},
    Metrics={"type": "array", "maxItems": 100, "items": _METRIC},
)
_METADATA = _object(
    Timestamp={"type": "integer"},
    CloudWatchMetrics={"type": "array", "items": _DIRECTIVE},
)
SCHEMA = {"type": "object", "required": ["_aws"], "properties": {"_aws": _METADATA}}

_NUMBER = {"type": "number"}  # which no boolean is
_METRIC_TARGET = {"anyOf": [_NUMBER, {"type": "array", "maxItems": 100, "items": _NUMBER}]}
_DIMENSION_TARGET = {"type": "string", "maxLength": 1024}


def validated(line: str) -> dict[str, Any]:
    """The document of a line. Raises ValidationError unless it keeps every rule."""
    document: dict[str, Any] = json.loads(line)
    jsonschema_rs.validate(SCHEMA, document)
    targets: dict[str, Any] = {}
    for directive in document["_aws"]["CloudWatchMetrics"]:
        targets |= {metric["Name"]: _METRIC_TARGET for metric in directive["Metrics"]}
        targets |= {name: _DIMENSION_TARGET for names in directive["Dimensions"] for name in names}
    jsonschema_rs.validate({"required": list(targets), "properties": targets}, document)
    return document
