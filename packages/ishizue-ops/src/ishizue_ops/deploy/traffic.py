"""Refuses a change that would send visitors to a canary's empty target group.

With `DEPLOYMENT=canary` the two target groups change their parts with every release: ECS moves the
weights of the production rule. CloudFormation does not know them, and writes the rule with all
requests to the first group when a setting changes it (aws-cdk #36649).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ishizue_ops.deploy.release import ReleaseError
from ishizue_ops.words import Text

CHANGES_THE_RULE = frozenset({"DEPLOYMENT", "DOMAIN"})

_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"


def check(cloudformation: Any, balancers: Any, *, stack: str, changed: Iterable[str]) -> None:
    """Raises ReleaseError while the second group serves; `changed` are settings of the rule."""
    rows = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    arns = [row["PhysicalResourceId"] for row in rows if row["ResourceType"] == _RULE]
    for rule in balancers.describe_rules(RuleArns=arns)["Rules"]:
        if _second_serves(rule):
            raise ReleaseError(Text("canary-serves", names=", ".join(sorted(changed))))


def _second_serves(rule: Mapping[str, Any]) -> bool:
    """Whether the first of two target groups gets nothing; the rule names it first."""
    for action in rule["Actions"]:
        groups = action.get("ForwardConfig", {}).get("TargetGroups", ())
        if len(groups) > 1 and groups[0]["Weight"] == 0:
            return True
    return False
