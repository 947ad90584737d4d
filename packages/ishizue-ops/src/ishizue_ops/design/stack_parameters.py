"""Parameters and outputs of stacks, and values that one stack passes to another without an export.

CloudFormation refuses to remove an export that another stack imports. The state is deployed first,
so one deployment could never remove an exported database. Optional values therefore go through
parameters of Systems Manager. The service reads them at deployment: a new value makes a new task
definition. What crosses regions is an output, which `make deploy` gives as a parameter.
"""

from typing import Any

from aws_cdk import CfnOutput, CfnParameter
from aws_cdk import aws_ssm as ssm
from constructs import Construct

DATABASE_SECRET = "database-secret-arn"  # noqa: S105  (a name)
DATABASE = "database-id"
"""The identifier of the instance or the cluster, in RDS's metrics."""

DATABASE_GROUP = "database-group-id"
"""The security group that admits workers and jobs."""

HOSTED_ZONE = "hosted-zone-id"


def publish(scope: Construct, construct_id: str, name: str, value: str) -> None:
    """Store a value for the other stack; `name` is from `Names.parameter`."""
    ssm.StringParameter(scope, construct_id, parameter_name=name, string_value=value)


def receive(scope: Construct, name: str) -> str:
    """The stored value, resolved by CloudFormation at deployment."""
    return ssm.StringParameter.value_for_string_parameter(scope, name)


def parameter(
    scope: Construct, name: str, description: str, *, pattern: str, **options: Any
) -> str:
    """The value of a parameter of the stack, whose logical id is `name`."""
    made = CfnParameter(scope, name, description=description, allowed_pattern=pattern, **options)
    made.override_logical_id(name)
    return made.value_as_string


def output(scope: Construct, name: str, value: str, description: str | None = None) -> None:
    """An output of the stack of this name."""
    CfnOutput(scope, name, key=name, value=value, description=description)
