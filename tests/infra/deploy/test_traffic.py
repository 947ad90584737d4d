"""`make deploy` does not send visitors to a target group without tasks."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.config import read
from infra.deploy.release import ReleaseError
from tests.infra.deploy.aws import DIGEST, Account
from tests.infra.deploy.test_deployment import Run, synthesized

RULE = "arn:aws:elasticloadbalancing:ap-northeast-1:1:listener-rule/app/a/1/2/3"


def has_rule(account: Account, *weights: int) -> None:
    """The service's stack has a production rule, which ECS has moved to these weights."""
    found = {
        "LogicalResourceId": "EdgeLoadBalancerHttpsProduction1C628854",
        "PhysicalResourceId": RULE,
        "ResourceType": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "ResourceStatus": "CREATE_COMPLETE",
        "Timestamp": "2026-11-26T00:00:00Z",
    }
    account.responds(
        "cloudformation",
        "describe_stack_resources",
        {"StackResources": [found]},
        {"StackName": "KiroSampleService"},
    )
    groups = [{"TargetGroupArn": f"arn:{i}", "Weight": w} for i, w in enumerate(weights)]
    action: dict[str, Any] = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    rules = {"Rules": [{"RuleArn": RULE, "Actions": [action]}]}
    account.responds("elbv2", "describe_rules", rules, {"RuleArns": [RULE]})


def change(
    account: Account, folder: Path, before: dict[str, str], weights: tuple[int, ...], **now: str
) -> None:
    """The step that compares the settings, while ECS has the rule at these weights."""
    account.has_stack("KiroSampleState", Settings=json.dumps(before))
    account.has_stack("KiroSampleService", ImageDigest=DIGEST)
    has_rule(account, *weights)
    Run(account, read(now), out=synthesized(folder, json.dumps(now))).steps.settings()


CANARY = {"DEPLOYMENT": "canary"}


@pytest.mark.parametrize(
    "now", [{"DEPLOYMENT": "rolling"}, {"DEPLOYMENT": "canary", "DOMAIN": "a.example"}]
)
def test_a_change_of_the_rule_waits_until_the_first_group_serves(
    account: Account, tmp_path: Path, now: dict[str, str]
) -> None:
    with pytest.raises(ReleaseError, match="replace_tasks"):
        change(account, tmp_path, CANARY, (0, 100), **now)
    change(account, tmp_path, CANARY, (100, 0), **now)


def test_a_rule_of_one_group_may_change(account: Account, tmp_path: Path) -> None:
    change(account, tmp_path, {}, (1,), **CANARY)


def test_other_changes_do_not_ask(account: Account, tmp_path: Path) -> None:
    account.has_stack("KiroSampleState", Settings='{"WAF": "on"}')
    account.has_stack("KiroSampleService", ImageDigest=DIGEST)
    now = {"WAF": "off"}
    Run(account, read(now), out=synthesized(tmp_path, json.dumps(now))).steps.settings()
