"""What runs, compared with what was deployed."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.infra.release.aws import DIGEST, OTHER_DIGEST, stubbed

from infra.release import ReleaseError, rollout
from infra.release.stacks import Stack

NEW, OLD = (f"arn:aws:ecs:ap-northeast-1:123456789012:task-definition/app:{n}" for n in (8, 7))
OUTPUTS = {"ClusterName": "cluster", "ServiceName": "service", "TaskDefinitionArn": NEW}


def _stack(status: str = "UPDATE_COMPLETE", digest: str = DIGEST) -> Stack:
    return Stack("KiroSampleService", status, {"ImageDigest": digest}, OUTPUTS)


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


def _answers(ecs: Any, *deployments: Mapping[str, Any]) -> None:
    ecs.add_response(
        "describe_services",
        {"services": [{"deployments": list(deployments)}]},
        {"cluster": "cluster", "services": ["service"]},
    )


def _verify(ecs: Any, stack: Stack | None = None, attempts: int = 3) -> int:
    return rollout.verify(ecs, service=stack or _stack(), digest=DIGEST, attempts=range(attempts))


def test_a_service_that_runs_what_was_deployed_and_nothing_else_is_done() -> None:
    with stubbed("ecs") as (ecs, stubber):
        _answers(stubber, _deployment())
        assert _verify(ecs) == 2


def test_tasks_that_still_start_or_still_drain_are_waited_for() -> None:
    with stubbed("ecs") as (ecs, stubber):
        _answers(stubber, _deployment(rolloutState="IN_PROGRESS", runningCount=1))
        _answers(stubber, _deployment(), _deployment(OLD, status="ACTIVE", desiredCount=0))
        _answers(stubber, _deployment())
        assert _verify(ecs) == 2


def test_a_service_that_went_back_to_the_last_tasks_is_no_success() -> None:
    with stubbed("ecs") as (ecs, stubber):
        _answers(
            stubber,
            _deployment(OLD, rolloutStateReason="ECS deployment circuit breaker: rolling back."),
            _deployment(NEW, status="ACTIVE", rolloutState="FAILED"),
        )
        with pytest.raises(ReleaseError, match=r"rolled back: app:7 runs, not app:8: .*breaker"):
            _verify(ecs)


def test_a_service_that_has_gone_back_entirely_is_no_success_either() -> None:
    with stubbed("ecs") as (ecs, stubber):
        _answers(stubber, _deployment(OLD))
        with pytest.raises(ReleaseError, match=r"rolled back: app:7 runs, not app:8"):
            _verify(ecs)


def test_a_first_rollout_that_fails_has_nothing_to_go_back_to() -> None:
    with stubbed("ecs") as (ecs, stubber):
        _answers(
            stubber, _deployment(rolloutState="FAILED", rolloutStateReason="tasks failed to start")
        )
        with pytest.raises(ReleaseError, match=r"the rollout failed: tasks failed to start$"):
            _verify(ecs)


def test_a_service_that_does_not_become_stable_is_told_as_it_is() -> None:
    with stubbed("ecs") as (ecs, stubber):
        for _ in range(2):
            _answers(
                stubber,
                _deployment(
                    rolloutState="IN_PROGRESS", rolloutStateReason="in progress", runningCount=1
                ),
            )
        with pytest.raises(
            ReleaseError, match=r"not stable in time: 1 of 2 tasks run, in progress"
        ):
            _verify(ecs, attempts=2)


def test_a_service_without_tasks_is_no_success() -> None:
    with stubbed("ecs") as (ecs, stubber):
        _answers(stubber, _deployment(runningCount=0, desiredCount=0))
        with pytest.raises(ReleaseError, match=r"0 of 0 tasks run"):
            _verify(ecs, attempts=1)


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE"])
def test_a_stack_that_cloudformation_took_back_is_no_success(status: str) -> None:
    with stubbed("ecs") as (ecs, _), pytest.raises(ReleaseError, match=rf"is {status}$"):
        _verify(ecs, _stack(status))


def test_a_stack_with_another_image_is_no_success() -> None:
    with (
        stubbed("ecs") as (ecs, _),
        pytest.raises(ReleaseError, match=rf"was deployed with {OTHER_DIGEST}, not {DIGEST}$"),
    ):
        _verify(ecs, _stack(digest=OTHER_DIGEST))


def test_a_service_that_is_gone_is_said_so() -> None:
    with stubbed("ecs") as (ecs, stubber):
        stubber.add_response("describe_services", {"services": [], "failures": []})
        with pytest.raises(ReleaseError, match=r"there is no service service$"):
            _verify(ecs)
