"""Application Auto Scaling: its two resource types, and the API that reads them back.

The emulator has no such service, so the records kept here are what was asked for. Nothing scales.
"""

import json
from collections.abc import Mapping
from typing import Any

from ministack import app  # type: ignore[import-not-found]
from ministack.core import router  # type: ignore[import-not-found]

from .handler import Created, Properties, replaced

Record = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]

_KEYS = ("ServiceNamespace", "ResourceId", "ScalableDimension")

_targets: dict[str, Record] = {}
_policies: dict[str, Record] = {}


def _create_target(_logical_id: str, properties: Properties, _stack: str) -> Created:
    identifier = "|".join(properties[key] for key in reversed(_KEYS))
    _targets[identifier] = {
        **{key: properties[key] for key in (*_KEYS, "RoleARN") if key in properties},
        "MinCapacity": int(properties["MinCapacity"]),
        "MaxCapacity": int(properties["MaxCapacity"]),
    }
    return identifier, {"Id": identifier}


def _delete_target(identifier: str, _properties: Properties) -> None:
    _targets.pop(identifier, None)


def _create_policy(logical_id: str, properties: Properties, stack: str) -> Created:
    name = properties.get("PolicyName", f"{stack}-{logical_id}")
    target = _targets[properties["ScalingTargetId"]]
    arn = f"arn:aws:autoscaling:::scalingPolicy:{target['ResourceId']}:policyName/{name}"
    wanted = properties.get("TargetTrackingScalingPolicyConfiguration", {})
    _policies[arn] = {
        **{key: target[key] for key in _KEYS},
        "PolicyARN": arn,
        "PolicyName": name,
        "PolicyType": properties["PolicyType"],
        "TargetTrackingScalingPolicyConfiguration": {
            key: _plain(value) for key, value in wanted.items()
        },
    }
    return arn, {"Arn": arn, "PolicyName": name}


def _delete_policy(arn: str, _properties: Properties) -> None:
    _policies.pop(arn, None)


def _plain(value: Any) -> Any:
    """The API's numbers, where a template has strings or numbers."""
    return float(value) if isinstance(value, str) and value.replace(".", "").isdigit() else value


HANDLERS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": replaced(_create_target, _delete_target),
    "AWS::ApplicationAutoScaling::ScalingPolicy": replaced(_create_policy, _delete_policy),
}


async def _handle(
    _method: str, _path: str, headers: Mapping[str, str], _body: bytes, _query: Mapping[str, Any]
) -> Answer:
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    if operation == "DescribeScalableTargets":
        return _answer(200, {"ScalableTargets": list(_targets.values())})
    if operation == "DescribeScalingPolicies":
        return _answer(200, {"ScalingPolicies": list(_policies.values())})
    return _answer(400, {"__type": "ValidationException", "message": f"no {operation} here"})


def _answer(status: int, content: Mapping[str, Any]) -> Answer:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content).encode()


def register_api() -> None:
    """Let the emulator answer Describe… of what the handlers above recorded."""
    router.SERVICE_PATTERNS["application-autoscaling"] = {
        "target_prefixes": ["AnyScaleFrontendService"]
    }
    app.SERVICE_HANDLERS["application-autoscaling"] = _handle
