"""What the design's owner asked for, in a few lines computed from the settings.

Everything is compared with the templates too; `tests/infra/emulator/test_overview.py` has the
document that the lines are from.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from infra.app_contract import PORT
from infra.config import ZONES, Config
from infra.emulator.deployed import Deployed, Found
from infra.names import CLOUDFRONT_ADDRESSES

_EVERYWHERE = "0.0.0.0/0"
_NOTHING = "icmp 255.255.255.255/32"
"""A rule that matches nothing: a group without one would allow everything."""

Lines = dict[str, object]
"""A value for each line."""


def expected(config: Config) -> Lines:
    """What must be deployed."""
    public, private = (
        [f"{cidr} {zone}, {target}" for cidr, zone in zip(cidrs, ZONES, strict=True)]
        for cidrs, target in (
            (config.public_cidrs, "internet gateway"),
            (config.private_cidrs, "NAT gateway"),
        )
    )
    database = config.database != "none"
    balancer = ("internal", *private) if config.cdn else ("internet-facing", *public)
    https = config.domain and not config.cdn
    # Port 80 redirects.
    entrance = {f"443 {_EVERYWHERE}", f"80 {_EVERYWHERE}"}
    return {
        "VPC": str(config.vpc_cidr),
        "subnets": sorted([*public, *private]),
        "load balancer": balancer,
        "listeners": ["443 forward", "80 redirect"] if https else ["80 forward"],
        "tasks": ("DISABLED", *private),
        "size of a task": (str(config.task_cpu), str(config.task_memory), PORT),
        **({"database": _databases(config), "its subnets": private} if database else {}),
        "ALB in": {f"80 {CLOUDFRONT_ADDRESSES}"} if config.cdn else entrance,
        "ALB out": {f"{PORT} tasks"},
        **({} if config.cdn else {"tasks in": {f"{PORT} ALB"}}),
        "tasks out": {f"443 {_EVERYWHERE}", *(["5432 database"] if database else [])},
        **({"database in": {"5432 tasks"}, "database out": {_NOTHING}} if database else {}),
    }


def _databases(config: Config) -> list[object]:
    if config.database == "rds":
        return ["postgres", "15", ["db.t3.micro"], True, config.backup_days, "encrypted"]
    units = {"MinCapacity": config.aurora_min_capacity, "MaxCapacity": config.aurora_max_capacity}
    classes = ["db.serverless"] * (1 + config.aurora_reader)
    return ["aurora-postgresql", "15", classes, units, config.backup_days, "encrypted"]


def deployed(found: Deployed) -> Lines:
    """What is deployed. Raises LookupError."""
    subnets = _subnets(found)
    balancer = found.one("AWS::ElasticLoadBalancingV2::LoadBalancer")
    service = found.one("AWS::ECS::Service")
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    [task] = [one for one in found.all("AWS::ECS::TaskDefinition") if _runs(one, service)]
    [app] = [one for one in task["containerDefinitions"] if one["name"] == "app"]
    listeners = found.all("AWS::ElasticLoadBalancingV2::Listener")
    groups = {"ALB": balancer["SecurityGroups"][0], "tasks": network["securityGroups"][0]}
    lines: Lines = {
        "VPC": found.one("AWS::EC2::VPC")["CidrBlock"],
        "subnets": sorted(subnets.values()),
        "load balancer": (
            balancer["Scheme"],
            *sorted(subnets[one["SubnetId"]] for one in balancer["AvailabilityZones"]),
        ),
        "listeners": sorted(
            f"{one['Port']} {one['DefaultActions'][0]['Type']}" for one in listeners
        ),
        "tasks": (network["assignPublicIp"], *sorted(subnets[one] for one in network["subnets"])),
        "size of a task": (task["cpu"], task["memory"], app["portMappings"][0]["containerPort"]),
    }
    instances = found.all("AWS::RDS::DBInstance")
    if instances:
        # An Aurora cluster has what an RDS instance has itself.
        [database] = found.all("AWS::RDS::DBCluster") or instances
        group = found.one("AWS::RDS::DBSubnetGroup")
        groups["database"] = database["VpcSecurityGroups"][0]["VpcSecurityGroupId"]
        lines["database"] = [
            database["Engine"],
            database["EngineVersion"].partition(".")[0],
            [one["DBInstanceClass"] for one in instances],
            database.get("ServerlessV2ScalingConfiguration") or database["MultiAZ"],
            database["BackupRetentionPeriod"],
            "encrypted" if database["StorageEncrypted"] else "plain",
        ]
        lines["its subnets"] = sorted(subnets[one["SubnetIdentifier"]] for one in group["Subnets"])
    return lines | _rules(found, groups)


def differences(config: Config, found: Deployed) -> list[str]:
    """Each line that does not hold, with what was found."""
    wanted, there = expected(config), deployed(found)
    return [
        f"{name}: {there.get(name)} instead of {line}"
        for name, line in wanted.items()
        if there.get(name) != line
    ]


def _runs(task: Found, service: Found) -> bool:
    return bool(task["taskDefinitionArn"] == service["taskDefinition"])


def _subnets(found: Deployed) -> dict[str, str]:
    """Each subnet's network, zone and the target of its default route, by id."""
    target = {
        home["SubnetId"]: "NAT gateway" if "NatGatewayId" in route else "internet gateway"
        for table in found.all("AWS::EC2::RouteTable")
        for home in table["Associations"]
        for route in table["Routes"]
        if route.get("DestinationCidrBlock") == _EVERYWHERE
    }
    return {
        one["SubnetId"]: f"{one['CidrBlock']} {one['AvailabilityZone']}, "
        f"{target.get(one['SubnetId'], 'no default route')}"
        for one in found.all("AWS::EC2::Subnet")
    }


def _rules(found: Deployed, groups: dict[str, str]) -> Lines:
    """The rules of each party's group: `tasks in` is `3000 ALB`."""
    names = {group: name for name, group in groups.items()}
    rules: Lines = {}
    for one in found.all("AWS::EC2::SecurityGroup"):
        if one["GroupId"] in names:
            name = names[one["GroupId"]]
            rules[f"{name} in"] = set(_peers(one["IpPermissions"], names))
            rules[f"{name} out"] = set(_peers(one["IpPermissionsEgress"], names))
    return rules


def _peers(permissions: Iterable[dict[str, Any]], names: dict[str, str]) -> Iterator[str]:
    for one in permissions:
        single = one["IpProtocol"] == "tcp" and one["FromPort"] == one["ToPort"]
        port = one["FromPort"] if single else one["IpProtocol"]
        for key, member in (
            ("IpRanges", "CidrIp"),
            ("Ipv6Ranges", "CidrIpv6"),
            ("UserIdGroupPairs", "GroupId"),
            ("PrefixListIds", "PrefixListId"),
        ):
            for peer in one.get(key, ()):
                yield f"{port} {names.get(peer[member], peer[member])}"
