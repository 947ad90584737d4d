"""The end of an environment: stacks in any state, and nothing of another one.

tests/infra/emulator ends a whole one.
"""

from datetime import UTC, datetime
from typing import Any

from tests.deploy.aws import Account

from ishizue_ops.deploy.destroy import Destruction
from ishizue_ops.project import read

ARN = "arn:aws:cloudformation:ap-northeast-1:1:stack/NotesTriedService/1"


def has(account: Account, name: str, status: str) -> None:
    stack = {"StackName": name, "StackId": ARN, "StackStatus": status}
    made = {**stack, "CreationTime": datetime(2026, 11, 24, tzinfo=UTC)}
    account.responds("cloudformation", "describe_stacks", {"Stacks": [made]}, {"StackName": name})


def tagged(account: Account, service: str, *arns: str) -> None:
    tags = {"Project": "Notes", "Environment": "tried"}
    filters = [{"Key": key, "Values": [text]} for key, text in tags.items()]
    found = {"ResourceTagMappingList": [{"ResourceARN": arn} for arn in arns]}
    account.responds(service, "get_resources", found, {"TagFilters": filters})


def test_a_deployment_in_progress_is_ended_and_what_fails_keeps_nothing_from_going() -> None:
    account = Account()
    account.has_no_stack()  # the state, of which it asks first what no stack knows
    account.has_no_stack("cloudformation us-east-1")
    has(account, "NotesTriedService", "UPDATE_IN_PROGRESS")
    account.responds("cloudformation", "cancel_update_stack", {}, {"StackName": ARN})
    for status in ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"):
        has(account, ARN, status)
    account.responds("cloudformation", "list_stack_resources", {"StackResourceSummaries": []})
    for _ in range(3):
        account.responds("cloudformation", "delete_stack", {}, {"StackName": ARN})
        has(account, ARN, "DELETE_IN_PROGRESS")
        has(account, ARN, "DELETE_FAILED")
        account.responds("cloudformation", "describe_stack_events", {"StackEvents": []})
    account.has_no_stack()
    account.has_no_stack("cloudformation us-east-1")
    left = "arn:aws:elasticloadbalancing:ap-northeast-1:1:loadbalancer/app/one/2"
    gone = "arn:aws:ecs:ap-northeast-1:1:task-definition/NotesTriedService:3"
    tagged(account, "resourcegroupstaggingapi", left, gone)
    tagged(account, "resourcegroupstaggingapi us-east-1")
    session: Any = account
    destruction = Destruction(read({"ENVIRONMENT": "tried"}), session, seconds=0)
    [stack, resource] = destruction.run(keep_snapshot=False)
    assert stack.startswith("NotesTriedService in ap-northeast-1: ")
    assert resource == left
    account.all_called()
