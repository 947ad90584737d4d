"""Values that the state's stack passes to the service's stack without an export.

CloudFormation refuses to remove an export that another stack imports. The state is deployed first,
so one deployment could never remove an exported database. Optional values therefore go through
parameters of Systems Manager. The service reads them at deployment: a new value makes a new task
definition.
"""

from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.names import Names

DATABASE_SECRET = "database-secret-arn"  # noqa: S105  (a name)
DATABASE = "database-id"
"""The identifier of the instance or the cluster, in RDS's metrics."""

HOSTED_ZONE = "hosted-zone-id"


def publish(scope: Construct, construct_id: str, *, names: Names, name: str, value: str) -> None:
    """Store a value for the other stack."""
    stored = names.parameter(name)
    ssm.StringParameter(scope, construct_id, parameter_name=stored, string_value=value)


def receive(scope: Construct, *, names: Names, name: str) -> str:
    """The stored value, resolved by CloudFormation at deployment."""
    return ssm.StringParameter.value_for_string_parameter(scope, names.parameter(name))
