"""Values that the state hands to the service without an export.

CloudFormation refuses to remove an export that another stack imports. The state is deployed first,
so an exported database could never be taken away in one deployment. What may come and go is
therefore left in a parameter of Systems Manager, under a name that both stacks know, and the
service reads it when it is deployed: a new value there makes a new task definition.
"""

from aws_cdk import aws_ssm as ssm
from constructs import Construct

DATABASE_SECRET = "/kirosample/database-secret-arn"  # noqa: S105  (a name, and of no secret)
HOSTED_ZONE = "/kirosample/hosted-zone-id"


def publish(scope: Construct, construct_id: str, *, name: str, value: str) -> None:
    """Leave a value for the other stack."""
    ssm.StringParameter(scope, construct_id, parameter_name=name, string_value=value)


def receive(scope: Construct, name: str) -> str:
    """The value there at the time of the deployment."""
    return ssm.StringParameter.value_for_string_parameter(scope, name)
