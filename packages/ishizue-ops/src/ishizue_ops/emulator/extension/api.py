"""Calls that ministack lacks: quotas, copies of images, tasks' ends."""

import json
from collections.abc import Mapping
from typing import Any

from ministack import app  # type: ignore[import-not-found]
from ministack.services import ecs, secretsmanager  # type: ignore[import-not-found]

_RESPONSES: Mapping[str, tuple[int, Mapping[str, Any]]] = {
    # A new account has AWS's defaults and none of its own.
    "GetAWSDefaultServiceQuota": (200, {"Quota": {"Value": 6.0}}),
    "GetServiceQuota": (400, {"__type": "NoSuchResourceException"}),
    "GetAccountPlanState": (200, {"accountPlanType": "PAID"}),
    # Nothing is copied.
    "PutReplicationConfiguration": (200, {}),
    "RemoveRegionsFromReplication": (200, {}),
}


def _remove_replicas(given: Mapping[str, Any]) -> None:
    _, secret = secretsmanager._resolve(given["SecretId"], use_arn_scope=True)
    secretsmanager._delete_replicas(secret)
    secret["ReplicationStatus"] = []


def extend() -> None:
    """Answer these calls, and end each one-off task at once with exit code 0.

    ministack starts no containers, so nothing would ever end one.
    """
    own = app._dispatch_service_request

    async def dispatch(method: str, path: str, headers: Any, *rest: Any) -> Any:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if operation == "RemoveRegionsFromReplication":
            _remove_replicas(json.loads(rest[0]))
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
