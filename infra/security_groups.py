"""Who may talk to whom: the document's three security groups, rule for rule.

The document contradicts its own traffic flow twice, and the flow wins, by no more than it needs:
the HTTP redirect needs port 80 on the load balancer, and the tasks need 5432 to the database
beside 443 to the internet. DNS needs no rule: the VPC's resolver is not subject to them.

Egress stands inline in each group, since a group without any keeps AWS's allow-all. Ingress from
another group is a resource of its own: inline on both sides would be a circle.
"""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.acknowledge import acknowledge

ANYWHERE = "0.0.0.0/0"
HTTP, HTTPS, POSTGRESQL = 80, 443, 5432

_NO_EGRESS = ec2.CfnSecurityGroup.EgressProperty(
    ip_protocol="icmp",
    cidr_ip="255.255.255.255/32",
    from_port=252,
    to_port=86,
    description="Nothing: matches no traffic, and takes the place of the default rule",
)


class SecurityGroups(Construct):
    """The groups of the load balancer, the tasks and, where there is one, the database.

    `https` opens 443 beside 80, which redirects then. `keep_database` keeps the database's group
    when it leaves the design.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        task_port: int,
        https: bool,
        database: bool,
        keep_database: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self._vpc = vpc
        database_group = (
            self._group("Database", "The database: from the tasks only", egress=[_NO_EGRESS])
            if database
            else None
        )
        task_egress = [_to(HTTPS, "AWS: the image, secrets and logs", cidr_ip=ANYWHERE)]
        if database_group:
            task_egress.append(
                _to(
                    POSTGRESQL,
                    "The database",
                    destination_security_group_id=database_group.attr_group_id,
                )
            )
        tasks_group = self._group(
            "Tasks", "The tasks: from the load balancer only", egress=task_egress
        )
        ports = (HTTPS, HTTP) if https else (HTTP,)
        balancer_group = self._group(
            "LoadBalancer",
            "The load balancer: from the internet",
            egress=[
                _to(task_port, "The tasks", destination_security_group_id=tasks_group.attr_group_id)
            ],
            ingress=[
                ec2.CfnSecurityGroup.IngressProperty(
                    ip_protocol="tcp",
                    cidr_ip=ANYWHERE,
                    from_port=port,
                    to_port=port,
                    description="Everybody" if port == ports[0] else "Everybody, to be redirected",
                )
                for port in ports
            ],
        )
        self._allow(tasks_group, balancer_group, task_port, "The load balancer")
        if database_group:
            self._allow(database_group, tasks_group, POSTGRESQL, "The tasks")

        if database_group and keep_database:
            # A protected database is still there when it leaves the design, and in this group.
            database_group.apply_removal_policy(RemovalPolicy.RETAIN)
        acknowledge(balancer_group, "AwsSolutions-EC23", "A public portal: everybody may come.")
        self.load_balancer = self._handle(balancer_group)
        self.tasks = self._handle(tasks_group)
        self.database = self._handle(database_group) if database_group else None

    def _group(
        self,
        construct_id: str,
        description: str,
        *,
        egress: list[ec2.CfnSecurityGroup.EgressProperty],
        ingress: list[ec2.CfnSecurityGroup.IngressProperty] | None = None,
    ) -> ec2.CfnSecurityGroup:
        return ec2.CfnSecurityGroup(
            self,
            construct_id,
            group_description=description,
            vpc_id=self._vpc.vpc_id,
            security_group_egress=egress,
            security_group_ingress=ingress,
        )

    def _allow(
        self, group: ec2.CfnSecurityGroup, source: ec2.CfnSecurityGroup, port: int, who: str
    ) -> None:
        ec2.CfnSecurityGroupIngress(
            self,
            f"{group.node.id}From{source.node.id}",
            group_id=group.attr_group_id,
            source_security_group_id=source.attr_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=who,
        )

    def _handle(self, group: ec2.CfnSecurityGroup) -> ec2.ISecurityGroup:
        """The group for the CDK's constructs, which must not add rules of their own."""
        return ec2.SecurityGroup.from_security_group_id(
            self, f"{group.node.id}Handle", group.attr_group_id, mutable=False
        )


def _to(
    port: int,
    description: str,
    *,
    cidr_ip: str | None = None,
    destination_security_group_id: str | None = None,
) -> ec2.CfnSecurityGroup.EgressProperty:
    return ec2.CfnSecurityGroup.EgressProperty(
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        description=description,
        cidr_ip=cidr_ip,
        destination_security_group_id=destination_security_group_id,
    )
