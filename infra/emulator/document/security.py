"""The document's security groups, rule for rule, with what its own traffic flow needs beside.

A group is found by what carries it, not by its name.
"""

from typing import Any

from infra.emulator.account import Account
from infra.emulator.document.line import Line, Proof

_HEADING = "Security groups"

_NOTHING = "icmp 255.255.255.255/32"
"""A rule that matches no traffic: a group without any would be given one that allows all."""


def _groups(account: Account) -> dict[str, str]:
    """Who carries which group: `ALB`, `tasks`, and `database` where there is one."""
    [balancer] = account.load_balancer["SecurityGroups"]
    place = account.service["networkConfiguration"]["awsvpcConfiguration"]
    [tasks] = place["securityGroups"]
    groups = {"ALB": balancer, "tasks": tasks}
    for instance in account.databases:
        carried = instance["VpcSecurityGroups"] or account.cluster["VpcSecurityGroups"]
        [group] = carried
        groups["database"] = group["VpcSecurityGroupId"]
    return groups


def _rules(account: Account, who: str, direction: str) -> set[str]:
    """Each rule as `443 0.0.0.0/0` or `3000 tasks`."""
    groups = _groups(account)
    named = {group: name for name, group in groups.items()}
    [found] = account.client("ec2").describe_security_groups(GroupIds=[groups[who]])[
        "SecurityGroups"
    ]
    return {rule for permission in found[direction] for rule in _texts(permission, named)}


def _texts(permission: dict[str, Any], named: dict[str, str]) -> list[str]:
    protocol = permission["IpProtocol"]
    first, last = permission.get("FromPort"), permission.get("ToPort")
    port = str(first) if protocol == "tcp" and first == last else protocol
    others = [
        *(entry["CidrIp"] for entry in permission["IpRanges"]),
        *(entry["CidrIpv6"] for entry in permission["Ipv6Ranges"]),
        *(named.get(entry["GroupId"], "?") for entry in permission["UserIdGroupPairs"]),
    ]
    return [f"{port} {other}" for other in others]


def lines(*, database: bool) -> list[Line]:
    """Inbound and outbound of each of the document's groups."""

    def line(
        says: str, who: str, direction: str, rules: set[str], proof: Proof = Proof.EMULATOR
    ) -> Line:
        return Line(_HEADING, says, rules, lambda account: _rules(account, who, direction), proof)

    to_database = {"5432 database"} if database else set()
    found = [
        line("ALB, in", "ALB", "IpPermissions", {"443 0.0.0.0/0", "80 0.0.0.0/0"}),
        line("ALB, out", "ALB", "IpPermissionsEgress", {"3000 tasks"}),
        line("Tasks, in", "tasks", "IpPermissions", {"3000 ALB"}, Proof.OURS),
        line("Tasks, out", "tasks", "IpPermissionsEgress", {"443 0.0.0.0/0"} | to_database),
    ]
    if database:
        found += [
            line("Database, in", "database", "IpPermissions", {"5432 tasks"}, Proof.OURS),
            line("Database, out: nothing", "database", "IpPermissionsEgress", {_NOTHING}),
        ]
    return found
