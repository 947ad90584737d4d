"""The security groups, rule for rule.

DNS needs no rule: security groups do not filter the VPC's resolver. Egress is inline in each group,
since a group without any keeps AWS's allow-all. Ingress from another group is a resource of its
own: inline on both sides would be a reference cycle.
"""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ishizue_ops import app_contract
from ishizue_ops.config import Config
from ishizue_ops.design.acknowledge import acknowledge

ANYWHERE = "0.0.0.0/0"
HTTP = 80
HTTPS = 443
POSTGRESQL = 5432

_NO_EGRESS = ec2.CfnSecurityGroup.EgressProperty(
    ip_protocol="icmp",
    cidr_ip="255.255.255.255/32",
    from_port=252,
    to_port=86,
    description="Nothing: matches no traffic, and takes the place of the default rule",
)


class SecurityGroups(Construct):
    """The groups of the tasks, and of the load balancer and the database if there are any.

    A service without requests has one task, the migration, and nobody may connect to it.

    443 is open without a domain too, where nothing listens: the state is deployed first, so a
    removed domain would otherwise close it while port 80 still redirects to it.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, vpc: ec2.IVpc
    ) -> None:
        super().__init__(scope, construct_id)
        self._vpc = vpc
        database_group = None
        if config.database != "none":
            text = "The database: from the tasks only"
            database_group = group(self, "Database", text, vpc, egress=[_NO_EGRESS])
        task_egress = [to(HTTPS, "AWS: the image, secrets and logs", cidr_ip=ANYWHERE)]
        if database_group:
            into = database_group.attr_group_id
            task_egress.append(to(POSTGRESQL, "The database", destination_security_group_id=into))
        text = "The tasks: from the load balancer only"
        tasks_group = group(self, "Tasks", text, vpc, egress=task_egress)
        self.load_balancer = self._balancer(config, tasks_group) if config.product.web else None
        if database_group:
            tasks_id = tasks_group.attr_group_id
            into = database_group.attr_group_id
            admit(self, "DatabaseFromTasks", into, tasks_id, POSTGRESQL, "The tasks")
            if config.database_protection:
                # A protected database outlives the design, in this group.
                database_group.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        self.tasks = handle(self, "TasksHandle", tasks_group)
        self.database = handle(self, "DatabaseHandle", database_group) if database_group else None

    def _balancer(self, config: Config, tasks_group: ec2.CfnSecurityGroup) -> ec2.ISecurityGroup:
        """The load balancer's group, which the tasks admit."""
        redirected = ", to be redirected" if config.domain else ""
        tasks_id = tasks_group.attr_group_id
        balancer_group = group(
            self,
            "LoadBalancer",
            "The load balancer: from the internet",
            self._vpc,
            egress=[to(app_contract.PORT, "The tasks", destination_security_group_id=tasks_id)],
            ingress=[
                from_(HTTPS, "Everybody", cidr_ip=ANYWHERE),
                from_(HTTP, f"Everybody{redirected}", cidr_ip=ANYWHERE),
            ],
        )
        admit(
            self,
            "TasksFromLoadBalancer",
            tasks_id,
            balancer_group.attr_group_id,
            app_contract.PORT,
            "The load balancer",
        )
        acknowledge(
            balancer_group,
            "AwsSolutions-EC23",
            "A public website: anyone may connect, and port 80 redirects to HTTPS if it can.",
        )
        return handle(self, "LoadBalancerHandle", balancer_group)


class WorkerGroup(Construct):
    """The one `group` of workers and jobs, to which nobody may connect.

    It is in the service's stack, and the database's group is not in its rules: either can go while
    the other stays. `database_group_id` admits it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        vpc: ec2.IVpc,
        database_group_id: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        egress = [to(HTTPS, "AWS: the image, secrets and logs", cidr_ip=ANYWHERE)]
        if database_group_id:
            egress += [
                to(POSTGRESQL, "The database", cidr_ip=str(cidr))
                for cidr in config.product.networks.private
            ]
        made = group(self, "SecurityGroup", "The workers and jobs: from nobody", vpc, egress=egress)
        if database_group_id:
            own = made.attr_group_id
            admit(self, "Admission", database_group_id, own, POSTGRESQL, "The workers and jobs")
        self.group = handle(self, "Handle", made)


def group(
    scope: Construct,
    construct_id: str,
    description: str,
    vpc: ec2.IVpc,
    *,
    egress: list[ec2.CfnSecurityGroup.EgressProperty],
    ingress: list[ec2.CfnSecurityGroup.IngressProperty] | None = None,
) -> ec2.CfnSecurityGroup:
    """A group with these rules alone."""
    return ec2.CfnSecurityGroup(
        scope,
        construct_id,
        group_description=description,
        vpc_id=vpc.vpc_id,
        security_group_egress=egress,
        security_group_ingress=ingress,
    )


def handle(scope: Construct, construct_id: str, made: ec2.CfnSecurityGroup) -> ec2.ISecurityGroup:
    """The group for other constructs, which cannot add rules to it."""
    return ec2.SecurityGroup.from_security_group_id(
        scope, construct_id, made.attr_group_id, mutable=False
    )


def to(port: int, description: str, **destination: str) -> ec2.CfnSecurityGroup.EgressProperty:
    """An egress rule for one port."""
    return ec2.CfnSecurityGroup.EgressProperty(
        ip_protocol="tcp", from_port=port, to_port=port, description=description, **destination
    )


def from_(port: int, description: str, **source: str) -> ec2.CfnSecurityGroup.IngressProperty:
    """An ingress rule for one port."""
    return ec2.CfnSecurityGroup.IngressProperty(
        ip_protocol="tcp", from_port=port, to_port=port, description=description, **source
    )


def admit(
    scope: Construct, construct_id: str, group_id: str, source_id: str, port: int, description: str
) -> ec2.CfnSecurityGroupIngress:
    """Add a rule by which a group admits another one to a port, as a resource of its own."""
    return ec2.CfnSecurityGroupIngress(
        scope,
        construct_id,
        group_id=group_id,
        source_security_group_id=source_id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        description=description,
    )
