"""Compute, registry and scaling, as the document and our contract have them."""

import json
from typing import Any

from infra.emulator.account import Account
from infra.emulator.document.line import Line, Proof

_DATABASE_PARTS = ("HOST", "PORT", "NAME", "USER", "PASSWORD")

_COMPUTE, _REGISTRY, _SCALING = "Compute", "Container registry", "Auto scaling"


def _deployment(account: Account) -> tuple[bool, bool, int, int]:
    found = account.service["deploymentConfiguration"]
    breaker = found["deploymentCircuitBreaker"]
    return (
        breaker["enable"],
        breaker["rollback"],
        found["minimumHealthyPercent"],
        found["maximumPercent"],
    )


def _service(account: Account) -> tuple[str, str]:
    return account.service["launchType"], account.service["status"]


def _zones(account: Account) -> list[str]:
    place = account.service["networkConfiguration"]["awsvpcConfiguration"]
    found = account.client("ec2").describe_subnets(SubnetIds=place["subnets"])["Subnets"]
    return sorted(subnet["AvailabilityZone"] for subnet in found)


def _gate(account: Account) -> list[tuple[str, str]]:
    """What the second container waits for."""
    waits = account.containers["gate"]["dependsOn"]
    return [(entry["containerName"], entry["condition"]) for entry in waits]


def _image(account: Account) -> tuple[bool, bool]:
    repository, _, digest = account.container["image"].partition("@")
    return repository.endswith(_repository(account)["repositoryName"]), digest.startswith("sha256:")


def _repository(account: Account) -> dict[str, Any]:
    name = account.id("AWS::ECR::Repository")
    [found] = account.client("ecr").describe_repositories(repositoryNames=[name])["repositories"]
    return dict(found)


def _lifecycle(account: Account) -> int:
    name = account.id("AWS::ECR::Repository")
    found = account.client("ecr").get_lifecycle_policy(repositoryName=name)
    return len(json.loads(found["lifecyclePolicyText"])["rules"])


def _bounds(account: Account) -> tuple[int, int]:
    [target] = account.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="ecs"
    )["ScalableTargets"]
    return target["MinCapacity"], target["MaxCapacity"]


def _tracked(account: Account) -> dict[str, float]:
    found = account.client("application-autoscaling").describe_scaling_policies(
        ServiceNamespace="ecs"
    )["ScalingPolicies"]
    return {
        policy["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"][
            "PredefinedMetricType"
        ]: policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
        for policy in found
    }


def _secrets(account: Account) -> set[str]:
    return {entry["name"].removeprefix("KIROSAMPLE_") for entry in account.container["secrets"]}


def lines(*, least_tasks: int, database: bool) -> list[Line]:
    """The cluster, the service, its task; where the image is; how many run."""
    return [
        Line(_COMPUTE, "Fargate service", ("FARGATE", "ACTIVE"), _service),
        Line(
            _COMPUTE,
            "Tasks in each zone",
            ["ap-northeast-1a", "ap-northeast-1c"],
            _zones,
        ),
        Line(
            _COMPUTE,
            "Task: CPU units, MiB",
            ("1024", "2048"),
            lambda account: (account.task_definition["cpu"], account.task_definition["memory"]),
        ),
        Line(
            _COMPUTE,
            "Container port",
            [3000],
            lambda account: [port["containerPort"] for port in account.container["portMappings"]],
        ),
        Line(_COMPUTE, "Image: of our registry, by digest", (True, True), _image),
        Line(
            _COMPUTE,
            "Read-only root",
            True,
            lambda account: account.container["readonlyRootFilesystem"],
        ),
        Line(
            _COMPUTE,
            "User, not root",
            "10001:10001",
            lambda account: account.container["user"],
        ),
        Line(
            _COMPUTE,
            "Seconds from SIGTERM to the end",
            30,
            lambda account: account.container["stopTimeout"],
        ),
        Line(
            _COMPUTE,
            "The container's own check",
            ["CMD", "kirosample", "healthcheck"],
            lambda account: account.container["healthCheck"]["command"],
            Proof.OURS,
        ),
        Line(
            _COMPUTE,
            "A task counts as started when that check holds",
            [("app", "HEALTHY")],
            _gate,
            Proof.OURS,
        ),
        Line(
            _COMPUTE,
            "Circuit breaker, rollback; healthy %, least and most",
            (True, True, 100, 200),
            _deployment,
        ),
        Line(
            _COMPUTE,
            "Secrets injected, KIROSAMPLE_…",
            {"COOKIE_KEYS"} | ({f"DB_{part}" for part in _DATABASE_PARTS} if database else set()),
            _secrets,
            Proof.OURS,
        ),
        Line(
            _REGISTRY,
            "Scan on push",
            True,
            lambda account: _repository(account)["imageScanningConfiguration"]["scanOnPush"],
        ),
        Line(
            _REGISTRY,
            "A tag never moves",
            "IMMUTABLE",
            lambda account: _repository(account)["imageTagMutability"],
        ),
        Line(_REGISTRY, "Rules for old images", 2, _lifecycle),
        Line(_SCALING, "Tasks, least and most", (least_tasks, 10), _bounds, Proof.OURS),
        Line(
            _SCALING,
            "Tracked: average %",
            {"ECSServiceAverageCPUUtilization": 70, "ECSServiceAverageMemoryUtilization": 80},
            _tracked,
            Proof.OURS,
        ),
    ]
