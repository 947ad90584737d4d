"""The service must run what was deployed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.deploy.aws import DIGEST, OTHER_DIGEST, Account, session

from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.release import rollout
from ishizue_ops.deploy.release.stacks import Stack

NEW, OLD = (f"arn:aws:ecs:ap-northeast-1:123456789012:task-definition/app:{n}" for n in (8, 7))
STATUSES = session().client("ecs").meta.service_model.shape_for("ServiceDeploymentStatus").enum
OUTPUTS = {"ClusterName": "cluster", "ServiceName": "service", "TaskDefinitionArn": NEW}


def _answers(
    account: Account, status: str = "SUCCESSFUL", running: int = 2, task: str = NEW
) -> None:
    """One look at the service, whose newest deployment is on the second page."""
    service = {"taskDefinition": task, "runningCount": running, "desiredCount": min(2, running + 1)}
    to = {"cluster": "cluster", "services": ["service"]}
    account.responds("ecs", "describe_services", {"services": [service]}, to)
    old = {"createdAt": datetime(2026, 11, 24, tzinfo=UTC), "status": "ROLLBACK_SUCCESSFUL"}
    new = {**old, "createdAt": datetime(2026, 11, 25, tzinfo=UTC), "status": status}
    new["statusReason"] = "so says ECS"
    asked = {"cluster": "cluster", "service": "service", "maxResults": 100}
    pages: list[dict[str, Any]] = [{"serviceDeployments": [old], "nextToken": "2"}]
    pages.append({"serviceDeployments": [new]})
    for page in pages:
        account.responds("ecs", "list_service_deployments", page, asked)
        asked = {**asked, "nextToken": "2"}


def _verify(
    account: Account, attempts: int = 1, status: str = "UPDATE_COMPLETE", digest: str = DIGEST
) -> int:
    stack = Stack("NotesService", status, {"ImageDigest": digest}, OUTPUTS)
    ecs = account.client("ecs")
    return rollout.verify(ecs, service=stack, digest=DIGEST, attempts=range(attempts))


def test_it_waits_for_the_deployment_and_for_its_tasks(account: Account) -> None:
    _answers(account, "PENDING")
    _answers(account, "IN_PROGRESS", running=1)
    _answers(account, running=1)
    _answers(account)
    assert _verify(account, attempts=4) == 2
    account.all_called()


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "SUCCESSFUL"])
def test_a_deployment_that_does_not_succeed_is_an_error(account: Account, status: str) -> None:
    _answers(account, status)
    ends = status not in ("PENDING", "IN_PROGRESS")
    reason = f"{status}: so says ECS" if ends else f"{status}, 2 of 2 tasks run: so says ECS"
    with pytest.raises(Stopped, match=f"{'takes it back' if ends else 'timed out'}.*{reason}"):
        _verify(account)


def test_another_definition_or_no_task_is_an_error(account: Account) -> None:
    _answers(account, task=OLD)
    with pytest.raises(Stopped, match="app:7 runs, not app:8: so says ECS"):
        _verify(account)
    _answers(account, running=0)
    with pytest.raises(Stopped, match="0 of 1 tasks run"):
        _verify(account)


def test_a_stack_that_was_rolled_back_or_has_another_image_is_an_error(account: Account) -> None:
    with pytest.raises(Stopped, match=r"is UPDATE_ROLLBACK_COMPLETE$"):
        _verify(account, status="UPDATE_ROLLBACK_COMPLETE")
    with pytest.raises(Stopped, match=rf"deployed with {OTHER_DIGEST}, not {DIGEST}$"):
        _verify(account, digest=OTHER_DIGEST)


@pytest.mark.parametrize("web", [True, False])
def test_workers_are_waited_for_too(account: Account, web: bool) -> None:
    """Without a deployment in 90 days they run what they ran."""
    workers = {"WorkerServices": "deliver,mail", "WorkerTaskDefinitions": f"{NEW},{OLD}"}
    outputs = {**(OUTPUTS if web else {"ClusterName": "cluster"}), **workers}
    stack = Stack("NotesService", "UPDATE_COMPLETE", {"ImageDigest": DIGEST}, outputs)
    tasks = {**({"service": NEW} if web else {}), "deliver": NEW, "mail": OLD}
    for name, task in tasks.items():
        service = {"taskDefinition": task, "runningCount": 1, "desiredCount": 1}
        asked = {"cluster": "cluster", "services": [name]}
        account.responds("ecs", "describe_services", {"services": [service]}, asked)
        listed = {"cluster": "cluster", "service": name, "maxResults": 100}
        account.responds("ecs", "list_service_deployments", {"serviceDeployments": []}, listed)
    ecs = account.client("ecs")
    assert rollout.verify(ecs, service=stack, digest=DIGEST, attempts=range(3)) == len(tasks)
    account.all_called()
