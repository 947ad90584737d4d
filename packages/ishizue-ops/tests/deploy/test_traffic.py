"""`make deploy` does not send visitors to a target group without tasks."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.aws import DIGEST, SERVICE, STATE, Account, Run, synthesized

from ishizue_ops.deploy.release import ReleaseError

RULE = "arn:aws:elasticloadbalancing:ap-northeast-1:1:listener-rule/app/a/1/2/3"


def has_rule(account: Account, *weights: int) -> None:
    """The service's stack has a production rule, which ECS has moved to these weights."""
    rule = {
        "LogicalResourceId": "EdgeLoadBalancerHttpsProduction1C628854",
        "PhysicalResourceId": RULE,
        "ResourceType": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "ResourceStatus": "CREATE_COMPLETE",
        "Timestamp": "2026-11-26T00:00:00Z",
    }
    response = {"StackResources": [rule]}
    to = {"StackName": SERVICE}
    account.responds("cloudformation", "describe_stack_resources", response, to)
    groups = [{"TargetGroupArn": f"arn:{i}", "Weight": w} for i, w in enumerate(weights)]
    action: dict[str, Any] = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    rules = {"Rules": [{"RuleArn": RULE, "Actions": [action]}]}
    account.responds("elbv2", "describe_rules", rules, {"RuleArns": [RULE]})


def change(
    account: Account, folder: Path, before: Mapping[str, str], now: Mapping[str, str], *weights: int
) -> None:
    """Compare the settings; with weights, they are those of the rule, which is asked for."""
    account.has_stack(STATE, Settings=json.dumps(before))
    account.has_stack(SERVICE, ImageDigest=DIGEST)
    if weights:
        has_rule(account, *weights)
    Run(account, now, out=synthesized(folder, now)).steps.settings()


CANARY = {"DEPLOYMENT": "canary"}


@pytest.mark.parametrize(
    "now", [{"DEPLOYMENT": "rolling"}, {"DEPLOYMENT": "canary", "DOMAIN": "a.example"}]
)
def test_a_change_of_the_rule_waits_until_the_first_group_serves(
    account: Account, tmp_path: Path, now: dict[str, str]
) -> None:
    with pytest.raises(ReleaseError, match="replace_tasks"):
        change(account, tmp_path, CANARY, now, 0, 100)
    change(account, tmp_path, CANARY, now, 100, 0)


def test_a_rule_of_one_group_may_change_and_other_changes_do_not_ask(
    account: Account, tmp_path: Path
) -> None:
    change(account, tmp_path, {}, CANARY, 1)
    change(account, tmp_path, {"WAF": "on"}, {"WAF": "off"})
