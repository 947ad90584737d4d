"""RDS Extended Support, which a database has or has not from its creation on."""

from aws_cdk import Aws, CfnCondition, CfnParameter, CfnResource, Fn, Stack
from constructs import IConstruct

from infra.names import EXTENDED_SUPPORT


def leave_extended_support(database: IConstruct) -> None:
    """Create it without RDS Extended Support.

    CloudFormation refuses a later change, so the stack has a parameter for what an older release
    created: see `deploy/release/lifecycle.py`.
    """
    stack = Stack.of(database)
    enrolled = CfnParameter(
        stack,
        EXTENDED_SUPPORT,
        description="What the database was created with: RDS Extended Support on or off",
        allowed_values=["on", "off"],
        default="off",
    )
    condition = CfnCondition(
        stack, "WithoutExtendedSupport", expression=Fn.condition_equals(enrolled, "off")
    )
    resource = database.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101  (an instance or a cluster)
    off = "open-source-rds-extended-support-disabled"
    resource.add_property_override(
        "EngineLifecycleSupport", Fn.condition_if(condition.logical_id, off, Aws.NO_VALUE)
    )
