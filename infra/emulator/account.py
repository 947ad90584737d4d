"""What is deployed, read back through boto3: the attributes that `expected.py` names."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

import boto3

from infra.design.stack_parameters import DATABASE_SECRET, HOSTED_ZONE
from infra.emulator.stacks import Found, Stacks
from infra.names import DATABASE_ROLE, Names

EVERYWHERE = "0.0.0.0/0"


class Account(Stacks):
    """The parts of the design that are compared, in the terms of AWS's API."""

    def __init__(self, session: boto3.Session, names: Names) -> None:
        super().__init__(session, (names.state_stack, names.service_stack))
        self._names = names

    def _handed_over(self, name: str) -> str:
        """A value that one stack stored for the other."""
        ssm, stored = self.client("ssm"), self._names.parameter(name)
        return str(ssm.get_parameter(Name=stored)["Parameter"]["Value"])

    # Network

    @cached_property
    def vpc(self) -> Found:
        return self._one("ec2", "describe_vpcs", "Vpcs", VpcIds=[self.id("AWS::EC2::VPC")])

    @cached_property
    def _gateway(self) -> Found:
        ids = [self.id("AWS::EC2::InternetGateway")]
        key = "InternetGateways"
        return self._one("ec2", "describe_internet_gateways", key, InternetGatewayIds=ids)

    @property
    def internet_gateway_is_attached(self) -> bool:
        return [one["VpcId"] for one in self._gateway["Attachments"]] == [self.vpc["VpcId"]]

    @cached_property
    def _subnets(self) -> dict[str, Found]:
        ids = self.ids("AWS::EC2::Subnet")
        if not ids:
            raise LookupError("0 resources of type AWS::EC2::Subnet")
        found = self._all("ec2", "describe_subnets", "Subnets", SubnetIds=ids)
        return {subnet["SubnetId"]: subnet for subnet in found}

    @property
    def zones(self) -> list[str]:
        return self._zones(self._subnets)

    def _cidrs(self, subnets: Iterable[str]) -> list[str]:
        return sorted(self._subnets[subnet]["CidrBlock"] for subnet in subnets)

    def _zones(self, subnets: Iterable[str]) -> list[str]:
        return sorted({self._subnets[subnet]["AvailabilityZone"] for subnet in subnets})

    @cached_property
    def default_routes(self) -> dict[str, tuple[str, str]]:
        """Each subnet's zone, and the target of its default route."""
        gateways = {self._gateway["InternetGatewayId"]: "internet gateway"}
        found = {}
        for table in self._all("ec2", "describe_route_tables", "RouteTables"):
            homes = [one["SubnetId"] for one in table["Associations"] if "SubnetId" in one]
            for route in table["Routes"]:
                if route.get("DestinationCidrBlock") == EVERYWHERE:
                    target = route.get("GatewayId") or route.get("NatGatewayId")
                    for subnet in (self._subnets[home] for home in homes if home in self._subnets):
                        zone, gateway = subnet["AvailabilityZone"], gateways.get(target, target)
                        found[subnet["CidrBlock"]] = (zone, gateway)
        return found

    @cached_property
    def rules(self) -> dict[str, set[str]]:
        """The rules of each party's group: `tasks in` is `3000 ALB`."""
        groups = self._groups
        names = {group: name for name, group in groups.items()}
        found = {}
        for party, group in groups.items():
            one = self._one("ec2", "describe_security_groups", "SecurityGroups", GroupIds=[group])
            found[f"{party} in"] = _rules(one["IpPermissions"], names)
            found[f"{party} out"] = _rules(one["IpPermissionsEgress"], names)
        return found

    @cached_property
    def _groups(self) -> dict[str, str]:
        [balancer] = self.load_balancer["SecurityGroups"]
        [tasks] = self.task_network["securityGroups"]
        groups = {"ALB": balancer, "tasks": tasks}
        for instance in self._databases:
            # Of Aurora the cluster has the group.
            [group] = instance["VpcSecurityGroups"] or self.database["VpcSecurityGroups"]
            groups["database"] = group["VpcSecurityGroupId"]
        return groups

    # Load balancing

    @cached_property
    def _zone(self) -> Found:
        """The zone whose id the state's stack hands over: its own or an existing one."""
        identifier = self._handed_over(HOSTED_ZONE)
        return dict(self.client("route53").get_hosted_zone(Id=identifier)["HostedZone"])

    @property
    def zone(self) -> str:
        """The zone's name, without the final dot."""
        return str(self._zone["Name"]).rstrip(".")

    @property
    def alias_is_the_load_balancer(self) -> dict[str, bool]:
        """The zone's aliases by name."""
        ours = str(self.load_balancer["DNSName"])
        return {name: target.removeprefix("dualstack.") == ours for name, target in self.aliases}

    @property
    def aliases(self) -> list[tuple[str, str]]:
        """The zone's aliases: a name and what it leads to."""
        key, zone = "ResourceRecordSets", self._zone["Id"]
        records = self._all("route53", "list_resource_record_sets", key, HostedZoneId=zone)
        return [
            (one["Name"].rstrip("."), str(one["AliasTarget"]["DNSName"]).rstrip("."))
            for one in records
            if one["Type"] == "A" and "AliasTarget" in one
        ]

    @cached_property
    def load_balancer(self) -> Found:
        arns = [self.id("AWS::ElasticLoadBalancingV2::LoadBalancer")]
        return self._one("elbv2", "describe_load_balancers", "LoadBalancers", LoadBalancerArns=arns)

    @property
    def load_balancer_subnets(self) -> list[str]:
        return self._cidrs(zone["SubnetId"] for zone in self.load_balancer["AvailabilityZones"])

    @cached_property
    def _listeners(self) -> dict[int, Found]:
        arn = self.load_balancer["LoadBalancerArn"]
        found = self._all("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn)
        return {listener["Port"]: listener for listener in found}

    @property
    def listener_actions(self) -> dict[int, tuple[str, str]]:
        return {
            port: (listener["Protocol"], listener["DefaultActions"][0]["Type"])
            for port, listener in self._listeners.items()
        }

    @property
    def listener_rules(self) -> dict[str, list[tuple[str, str]]]:
        """Each port's rules in their order: the value that they match, and what they do."""
        found = {}
        for port, listener in self._listeners.items():
            arn = listener["ListenerArn"]
            rules = self._all("elbv2", "describe_rules", "Rules", ListenerArn=arn)
            ours = [rule for rule in rules if rule["Priority"] != "default"]
            ours.sort(key=lambda rule: int(rule["Priority"]))
            found[str(port)] = [
                (rule["Conditions"][0]["Values"][0], rule["Actions"][0]["Type"]) for rule in ours
            ]
        return found

    @property
    def certificate(self) -> Found:
        """The certificate of the HTTPS listener."""
        [held] = self._listeners[443]["Certificates"]
        found = self.client("acm").describe_certificate(CertificateArn=held["CertificateArn"])
        return dict(found["Certificate"])

    @cached_property
    def target_group(self) -> Found:
        """The one that tasks register with; a canary's second one is its alternate."""
        arns = [self.service["loadBalancers"][0]["targetGroupArn"]]
        return self._one("elbv2", "describe_target_groups", "TargetGroups", TargetGroupArns=arns)

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(self.target_group[key] for key in ("TargetType", "Protocol", "Port"))

    # Compute

    @cached_property
    def service(self) -> Found:
        # The ARN ends in service/CLUSTER/NAME.
        cluster, name = self.id("AWS::ECS::Service").split("/")[-2:]
        return self._one("ecs", "describe_services", "services", cluster=cluster, services=[name])

    @property
    def task_network(self) -> Found:
        return dict(self.service["networkConfiguration"]["awsvpcConfiguration"])

    @property
    def task_subnets(self) -> list[str]:
        return self._cidrs(self.task_network["subnets"])

    @property
    def task_zones(self) -> list[str]:
        return self._zones(self.task_network["subnets"])

    @cached_property
    def _task(self) -> Found:
        name = self.service["taskDefinition"]
        found = self.client("ecs").describe_task_definition(taskDefinition=name)
        return dict(found["taskDefinition"])

    @property
    def task_size(self) -> tuple[str, str]:
        return self._task["cpu"], self._task["memory"]

    @property
    def _container(self) -> Found:
        containers = self._task["containerDefinitions"]
        return {one["name"]: dict(one) for one in containers}["app"]

    @property
    def container_ports(self) -> list[int]:
        return [mapping["containerPort"] for mapping in self._container["portMappings"]]

    @property
    def database_url(self) -> str:
        environment = {one["name"]: str(one["value"]) for one in self._container["environment"]}
        return environment["DATABASE_URL"]

    @property
    def image_is_in_the_repository(self) -> bool:
        name = self.id("AWS::ECR::Repository")
        images = self._all("ecr", "describe_images", "imageDetails", repositoryName=name)
        repository, _, digest = self._container["image"].partition("@")
        return repository.endswith(f"/{name}") and digest in {one["imageDigest"] for one in images}

    # Logs and metrics

    @property
    def dashboard_metrics(self) -> dict[str, bool]:
        """The names on the dashboard."""
        name = self.id("AWS::CloudWatch::Dashboard")
        found = self.client("cloudwatch").get_dashboard(DashboardName=name)
        return dict.fromkeys(re.findall(r'"(\w+)"', found["DashboardBody"]), True)

    @property
    def log_group_is_the_stacks(self) -> bool:
        group = self._container["logConfiguration"]["options"]["awslogs-group"]
        found = self._all("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=group)
        there = group in {one["logGroupName"] for one in found}
        return there and group in self.ids("AWS::Logs::LogGroup")

    # Database

    @cached_property
    def _databases(self) -> list[Found]:
        ours = set(self.ids("AWS::RDS::DBInstance"))
        found = self._all("rds", "describe_db_instances", "DBInstances")
        return [one for one in found if one["DBInstanceIdentifier"] in ours]

    @cached_property
    def database(self) -> Found:
        """The Aurora cluster if there is one, or else the RDS instance."""
        if self.ids("AWS::RDS::DBCluster"):
            name = self.id("AWS::RDS::DBCluster")
            return self._one("rds", "describe_db_clusters", "DBClusters", DBClusterIdentifier=name)
        [found] = self._databases
        return found

    @property
    def database_engine(self) -> tuple[str, str]:
        """The engine and its major version."""
        return self.database["Engine"], self.database["EngineVersion"].partition(".")[0]

    @property
    def database_classes(self) -> set[str]:
        return {one["DBInstanceClass"] for one in self._databases}

    @property
    def capacity_units(self) -> tuple[float, float]:
        found = self.database["ServerlessV2ScalingConfiguration"]
        return float(found["MinCapacity"]), float(found["MaxCapacity"])

    @property
    def cluster_size(self) -> int:
        return len(self.database["DBClusterMembers"])

    @property
    def database_subnets(self) -> list[str]:
        name, key = self.id("AWS::RDS::DBSubnetGroup"), "DBSubnetGroups"
        group = self._one("rds", "describe_db_subnet_groups", key, DBSubnetGroupName=name)
        return self._cidrs(subnet["SubnetIdentifier"] for subnet in group["Subnets"])

    @property
    def secret_is_the_tasks(self) -> bool:
        """Whether the parameter that the service stack reads names a secret of the tasks' role."""
        parameter = self._handed_over(DATABASE_SECRET)
        secret = self.client("secretsmanager").get_secret_value(SecretId=parameter)
        # The physical id is the ARN on AWS, and the name in the emulator.
        ours = {secret["ARN"], secret["Name"]} & {*self.ids("AWS::SecretsManager::Secret")}
        return bool(ours) and json.loads(secret["SecretString"])["username"] == DATABASE_ROLE


def _rules(permissions: list[Found], names: Mapping[str, str]) -> set[str]:
    return {
        f"{_port(permission)} {peer}"
        for permission in permissions
        for peer in (
            *(entry["CidrIp"] for entry in permission["IpRanges"]),
            *(entry["CidrIpv6"] for entry in permission["Ipv6Ranges"]),
            *(names.get(entry["GroupId"], "?") for entry in permission["UserIdGroupPairs"]),
            *(entry["PrefixListId"] for entry in permission.get("PrefixListIds", ())),
        )
    }


def _port(permission: Found) -> str:
    first, last = permission.get("FromPort"), permission.get("ToPort")
    one_port = permission["IpProtocol"] == "tcp" and first == last
    return str(first if one_port else permission["IpProtocol"])
