"""Service Quotas, which ministack lacks: a new account has AWS's defaults and none of its own."""

import json
from collections.abc import Mapping
from typing import Any

from ministack import app  # type: ignore[import-not-found]

_FARGATE = {
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


def give_defaults() -> None:
    """Answer as Service Quotas does for Fargate's vCPUs in a new account."""
    app.SERVICE_HANDLERS["servicequotas"] = _answer


async def _answer(
    _method: str, _path: str, headers: Mapping[str, str], _body: bytes, _query: Any
) -> tuple[int, dict[str, str], bytes]:
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    answer: tuple[int, dict[str, Any]] = (200, {"Quota": _FARGATE})
    if operation != "GetAWSDefaultServiceQuota":
        answer = 400, {"__type": "NoSuchResourceException", "Message": f"{operation}: none"}
    status, content = answer
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content).encode()
