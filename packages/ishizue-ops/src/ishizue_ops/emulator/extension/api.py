"""Calls that ministack lacks: a scan, quotas, copies of images, tasks' ends, releases of ECS."""

import json
from collections.abc import Mapping
from typing import Any

from ministack import app  # type: ignore[import-not-found]
from ministack.services import ecs, rds, secretsmanager  # type: ignore[import-not-found]

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
    "GetAccountPlanState": (200, {"accountPlanType": "PAID"}),
    # Nothing is copied.
    "PutReplicationConfiguration": (200, {}),
    "RemoveRegionsFromReplication": (200, {}),
}


_STATUSES = {
    "IN_PROGRESS": "IN_PROGRESS",
    "COMPLETED": "SUCCESSFUL",
    "FAILED": "ROLLBACK_SUCCESSFUL",
}
"""The status of a service deployment, by ministack's rollout state."""

_describe = ecs._ACTION_MAP["DescribeServices"]


def _services(data: Mapping[str, Any]) -> Any:
    """DescribeServices, which returns no rollout state of a canary (ECS's API, "Deployment")."""
    status, headers, body = _describe(data)
    content = json.loads(body)
    for service in content.get("services", ()):
        if service.get("deploymentConfiguration", {}).get("strategy") == "CANARY":
            for deployment in service["deployments"]:
                del deployment["rolloutState"]
    return status, headers, json.dumps(content).encode()


def _releases(data: Mapping[str, Any]) -> Any:
    """ListServiceDeployments, or DescribeServiceDeployments of one, of ministack's deployments."""
    [arn] = data.get("serviceDeploymentArns", [""])
    _, cluster, name, _ = arn.split("/") if arn else ("", data["cluster"], data["service"], "")
    status, headers, body = _describe({"cluster": cluster, "services": [name]})
    [service] = json.loads(body)["services"]
    base = service["serviceArn"].replace(":service/", ":service-deployment/")
    found = [
        {
            "serviceDeploymentArn": f"{base}/{one['id'].rpartition('/')[2]}",
            "createdAt": one["createdAt"],
            "status": _STATUSES[one["rolloutState"]],
        }
        for one in service["deployments"]
    ]
    found = [one for one in found if arn in ("", one["serviceDeploymentArn"])]
    return status, headers, json.dumps({"serviceDeployments": found}).encode()


def _source_regions(given: Mapping[str, Any]) -> Any:
    """Backups are copied between any two regions."""
    region, able = rds._p(given, "RegionName"), "SupportsDBInstanceAutomatedBackupsReplication"
    found = f"<SourceRegion><RegionName>{region}</RegionName><{able}>true</{able}></SourceRegion>"
    inner = f"<SourceRegions>{found}</SourceRegions>"
    name = "DescribeSourceRegions"
    return rds._xml(200, f"{name}Response", f"<{name}Result>{inner}</{name}Result>")


def _remove_replicas(given: Mapping[str, Any]) -> None:
    _, secret = secretsmanager._resolve(given["SecretId"], use_arn_scope=True)
    secretsmanager._delete_replicas(secret)
    secret["ReplicationStatus"] = []


def extend() -> None:
    """Answer these calls, and end each one-off task at once with exit code 0.

    ministack starts no containers, so nothing would ever end one.
    """
    ecs._ACTION_MAP["DescribeServices"] = _services
    ecs._ACTION_MAP["ListServiceDeployments"] = _releases
    ecs._ACTION_MAP["DescribeServiceDeployments"] = _releases
    rds._ACTION_MAP["DescribeSourceRegions"] = _source_regions
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
