"""Every state that a deployment can pass through, in whatever order CloudFormation takes.

A state is a set of done steps that holds, with each step, those that come before it.
"""

from collections.abc import Iterator

from infra.checks.template import Design
from infra.checks.walk.graph import Id, Node
from infra.checks.walk.plan import Plan, Step

_SEEN = (
    *(
        "AWS::EC2::",
        "AWS::ElasticLoadBalancingV2::",
        "AWS::ECS::Service",
        "AWS::ECS::TaskDefinition",
    ),
    *("AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::RDS::DBSubnetGroup"),
    *("AWS::Route53::RecordSet", "AWS::CloudFront::Distribution", "AWS::CloudFront::VpcOrigin"),
)
"""Types that decide who reaches whom, and what visitors get: the other steps are left out."""

_STACK = "all"


class TooManyStates(Exception):
    """The designs differ too much to try every order."""


_MOST = 5000
"""States; each takes some milliseconds."""


def states(plan: Plan) -> Iterator[tuple[frozenset[Id], Design]]:
    """Each state, first to last: the done steps, and all that exists, as a design of one stack."""
    steps = [step for step in plan.steps if _is_seen(step)]
    found: list[frozenset[Id]] = [frozenset()]
    for step in steps:
        needed = plan.earlier[step.id] & {each.id for each in steps}
        found += [done | {step.id} for done in found if needed <= done]
        if len(found) > _MOST:
            raise TooManyStates(
                f"more than {_MOST} orders: deploy the settings one after the other"
            )
    for done in sorted(found, key=len):
        yield done, existing(plan, done, steps)


def _is_seen(step: Step) -> bool:
    # Costs are all that tags change.
    return step.node.type.startswith(_SEEN) and step.why != ("Tags",)


def existing(plan: Plan, done: frozenset[Id], steps: list[Step]) -> Design:
    """What exists once these steps are done, and the steps that are not listed."""
    nodes: dict[Id, Node] = {**plan.old, **plan.new}
    for step in steps:
        if step.kind == "keep":
            continue
        node = step.after if step.id in done else (None if step.kind == "replace" else step.before)
        if node is None:
            nodes.pop(step.id, None)
        else:
            nodes[step.id] = node
    resources = {
        node.id: {
            "Type": node.type,
            "Properties": node.properties,
            "Metadata": {"aws:cdk:path": f"{_STACK}/{node.name}"},
        }
        for node in nodes.values()
    }
    return Design({_STACK: {"Resources": resources}})
