"""Calls that ministack lacks: findings of a scan, quotas, copies of images, the end of a task."""

import json
from collections.abc import Mapping
from typing import Any

from ministack import app  # type: ignore[import-not-found]
from ministack.services import ecs  # type: ignore[import-not-found]

_QUOTA = {
    "ServiceCode": "fargate",
    "QuotaCode": "L-3032A538",
    "Value": 6.0,
    # ECS Developer Guide, AWS Fargate usage metrics.
    "UsageMetric": {
        "MetricNamespace": "AWS/Usage",
        "MetricName": "ResourceCount",
        "MetricDimensions": {
            "Class": "Standard/OnDemand",
            "Resource": "vCPU",
            "Service": "Fargate",
            "Type": "Resource",
        },
        "MetricStatisticRecommendation": "Maximum",
    },
}
_RESPONSES: Mapping[str, tuple[int, Mapping[str, Any]]] = {
    "DescribeImageScanFindings": (
        200,
        {"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindings": {"findings": []}},
    ),
    # A new account has AWS's defaults and none of its own.
    "GetAWSDefaultServiceQuota": (200, {"Quota": _QUOTA}),
    "GetServiceQuota": (400, {"__type": "NoSuchResourceException"}),
    # Nothing is copied.
    "PutReplicationConfiguration": (200, {}),
}


def extend() -> None:
    """Answer these calls, and end each one-off task at once with exit code 0.

    ministack starts no containers, so nothing would ever end one.
    """
    own = app._dispatch_service_request

    async def dispatch(method: str, path: str, headers: Any, *rest: Any) -> Any:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if operation in _RESPONSES:
            status, content = _RESPONSES[operation]
            kind = {"Content-Type": "application/x-amz-json-1.1"}
            return status, kind, json.dumps(content).encode()
        response = await own(method, path, headers, *rest)
        if operation == "RunTask" and response[0] == 200:
            for task in json.loads(response[2])["tasks"]:
                stopped = {"cluster": task["clusterArn"], "task": task["taskArn"]}
                ecs._stop_task({**stopped, "reason": "nothing runs in the emulator"})
        return response

    app._dispatch_service_request = dispatch
