"""Accepted findings of cdk-nag and the Control Tower rules, each at its resource."""

from aws_cdk import Acknowledgment, CfnResource, Validations
from constructs import IConstruct

from ishizue_ops.acknowledgments import CDK_NAG, format_of

AWS_KEY = (
    "AWS's own key encrypts it. A key of ours costs a dollar a month and keeps nobody out who may "
    "not read it anyway."
)
"""The reason why nothing is encrypted with a key of ours."""

_INSIGHTS = (
    "Container Insights is billed by the metric; ECS's CPU and memory, the load balancer's metrics "
    "and the application's are enough."
)

ACCEPTED: dict[str, list[tuple[tuple[str, ...], str]]] = {
    "AWS::ECS::Cluster": [(("AwsSolutions-ECS4", "CT.ECS.PR.2"), _INSIGHTS)],
    "AWS::ECS::TaskDefinition": [
        (("CT.ECS.PR.7",), "Fargate limits the task's memory, which its containers share."),
    ],
    "AWS::ElasticLoadBalancingV2::LoadBalancer": [
        (
            ("CT.ELASTICLOADBALANCING.PR.5",),
            "It holds nothing, and its stack is made to be deleted as a whole; deletion protection "
            "would stop that half way.",
        ),
        (
            ("CT.ELASTICLOADBALANCING.PR.6",),
            "It logs into the state's bucket; the rule knows buckets of the same stack only.",
        ),
    ],
    "AWS::IAM::ManagedPolicy": [
        (("CT.IAM.PR.3",), "Its resources or their tags limit each of these services."),
    ],
    "AWS::Logs::LogGroup": [
        (("CT.CLOUDWATCH.PR.3",), AWS_KEY),
        (("CT.CLOUDWATCH.PR.2",), "LOG_DAYS says how long: logs have visitors' networks."),
    ],
    "AWS::RDS::DBInstance": [
        (
            ("CT.RDS.PR.2",),
            "Enhanced monitoring is billed as logs; the database's own metrics are enough.",
        ),
    ],
    "AWS::S3::Bucket": [
        (
            ("AwsSolutions-S1", "CT.S3.PR.2"),
            "It holds access logs; logging access to it would need another bucket.",
        ),
        (
            ("CT.S3.PR.11",),
            "A log is written once and expires; versions would keep it longer.",
        ),
        (("CT.S3.PR.4",), "Nobody waits for a log file."),
        (("CT.S3.PR.9",), "No law asks for logs that nobody can delete."),
        (("CT.S3.PR.10",), "Load balancers write logs with S3's own key only."),
    ],
}
"""By resource type: the rules of all tools that say the same, and why they are accepted."""


def acknowledge(construct: IConstruct, rules: str | tuple[str, ...], reason: str) -> None:
    """Accept findings on this construct's resource; a role's is its default policy.

    Raises TypeError for a construct without a resource.
    """
    holder = construct.node.try_find_child("DefaultPolicy") or construct
    resource = holder.node.default_child or holder
    if not isinstance(resource, CfnResource):
        raise TypeError(f"{construct.node.path} has no resource")
    for rule in (rules,) if isinstance(rules, str) else rules:
        tool = format_of(rule)
        if tool == CDK_NAG:
            Validations.of(resource).acknowledge(Acknowledgment(id=rule, reason=reason))
        known = (resource.get_metadata(tool.key) or {}).get(tool.entries, [])
        entries = [*known, {"id": rule, "reason": reason}]
        resource.add_metadata(tool.key, {tool.entries: entries})


def accept(app: IConstruct) -> None:
    """Acknowledge `ACCEPTED` at every resource of these types."""
    for construct in app.node.find_all():
        if isinstance(construct, CfnResource):
            for rules, reason in ACCEPTED.get(construct.cfn_resource_type, ()):
                acknowledge(construct, rules, reason)
