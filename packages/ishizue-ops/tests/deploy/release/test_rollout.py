"""The service must run what was deployed."""

from typing import Any

import pytest
from tests.deploy.aws import DIGEST, OTHER_DIGEST, Account

from ishizue_ops.deploy.release import ReleaseError, rollout
from ishizue_ops.deploy.release.stacks import Stack

NEW, OLD = (f"arn:aws:ecs:ap-northeast-1:123456789012:task-definition/app:{n}" for n in (8, 7))
OUTPUTS = {"ClusterName": "cluster", "ServiceName": "service", "TaskDefinitionArn": NEW}


def _deployment(task: str = NEW, **changed: Any) -> dict[str, Any]:
    return {
        "status": "PRIMARY",
        "taskDefinition": task,
        "rolloutState": "COMPLETED",
        "rolloutStateReason": "ECS deployment completed.",
        "runningCount": 2,
        "desiredCount": 2,
        **changed,
    }


def _answers(account: Account, *deployments: dict[str, Any]) -> None:
    found = {"services": [{"deployments": list(deployments)}]}
    asked = {"cluster": "cluster", "services": ["service"]}
    account.responds("ecs", "describe_services", found, asked)


def _verify(
    account: Account, attempts: int = 1, status: str = "UPDATE_COMPLETE", digest: str = DIGEST
) -> int:
    stack = Stack("NotesService", status, {"ImageDigest": digest}, OUTPUTS)
    ecs = account.client("ecs")
    return rollout.verify(ecs, service=stack, digest=DIGEST, attempts=range(attempts))


def test_it_waits_for_tasks_that_start_or_drain(account: Account) -> None:
    _answers(account, _deployment(rolloutState="IN_PROGRESS", runningCount=1))
    _answers(account, _deployment(), _deployment(OLD, status="ACTIVE", desiredCount=0))
    _answers(account, _deployment())
    assert _verify(account, attempts=3) == 2


@pytest.mark.parametrize(
    ("deployment", "reason"),
    [
        (
            _deployment(OLD, rolloutStateReason="ECS deployment circuit breaker: rolling back."),
            "rolled back: app:7 runs, not app:8: .*breaker",
        ),
        (
            _deployment(rolloutState="FAILED", rolloutStateReason="tasks failed to start"),
            "the rollout failed: tasks failed to start$",
        ),
        (_deployment(rolloutState="IN_PROGRESS", runningCount=1), "1 of 2 tasks run, ECS"),
        (_deployment(runningCount=0, desiredCount=0), "0 of 0 tasks run"),
    ],
    ids=["rolled back", "failed", "timed out", "without tasks"],
)
def test_a_rollout_that_does_not_succeed_is_an_error(
    account: Account, deployment: dict[str, Any], reason: str
) -> None:
    _answers(account, deployment)
    with pytest.raises(ReleaseError, match=reason):
        _verify(account)


def test_a_stack_that_was_rolled_back_or_has_another_image_is_an_error(account: Account) -> None:
    with pytest.raises(ReleaseError, match=r"is UPDATE_ROLLBACK_COMPLETE$"):
        _verify(account, status="UPDATE_ROLLBACK_COMPLETE")
    with pytest.raises(ReleaseError, match=rf"deployed with {OTHER_DIGEST}, not {DIGEST}$"):
        _verify(account, digest=OTHER_DIGEST)
