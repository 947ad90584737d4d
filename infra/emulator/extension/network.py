"""Elastic IPs, NAT gateways, standalone security group rules and flow logs."""

import re
from typing import Any

from ministack.services import ec2  # type: ignore[import-not-found]
from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

from .handler import Created, Properties, body, replaced


def element(response: tuple[int, dict[str, str], bytes], name: str) -> str:
    found = re.search(f"<{name}>([^<]+)</{name}>", body(response))
    if found is None:
        raise ValueError(f"ministack returned no {name}")
    return found[1]


def _create_address(_logical_id: str, properties: Properties, _stack: str) -> Created:
    response = ec2._allocate_address({"Domain": properties.get("Domain", "vpc")})
    address, allocation = element(response, "publicIp"), element(response, "allocationId")
    provisioners._ec2_apply_tags(allocation, properties)
    return address, {"AllocationId": allocation, "PublicIp": address}


def _delete_address(address: str, _properties: Properties) -> None:
    for allocation, record in list(ec2._addresses.items()):
        if record["PublicIp"] == address:
            ec2._release_address({"AllocationId": allocation})


def _create_nat_gateway(_logical_id: str, properties: Properties, _stack: str) -> Created:
    gateway = element(ec2._create_nat_gateway(dict(properties)), "natGatewayId")
    provisioners._ec2_apply_tags(gateway, properties)
    return gateway, {"NatGatewayId": gateway}


def _delete_nat_gateway(gateway: str, _properties: Properties) -> None:
    ec2._delete_nat_gateway({"NatGatewayId": gateway})


def _rule_handlers(rules: str, *, egress: bool) -> dict[str, Any]:
    """Handlers of a standalone rule: an entry in its group's list `rules`."""

    def create(_logical_id: str, properties: Properties, _stack: str) -> Created:
        group = properties["GroupId"]
        [rule] = provisioners._ec2_sg_permissions([dict(properties)])
        ec2._security_groups[group][rules].append(rule)
        return ec2._sg_rule_id(group, egress, rule), {}

    def delete(_identifier: str, properties: Properties) -> None:
        [rule] = provisioners._ec2_sg_permissions([dict(properties)])
        held = ec2._security_groups.get(properties["GroupId"], {}).get(rules, [])
        if rule in held:
            held.remove(rule)

    return replaced(create, delete)


def _create_flow_log(_logical_id: str, properties: Properties, _stack: str) -> Created:
    request = {**properties, "ResourceId.1": properties["ResourceId"]}
    before = set(ec2._flow_logs)
    body(ec2._create_flow_logs(request))
    [flow_log] = set(ec2._flow_logs) - before
    return flow_log, {"Id": flow_log}


def _delete_flow_log(flow_log: str, _properties: Properties) -> None:
    ec2._flow_logs.pop(flow_log, None)


HANDLERS = {
    "AWS::EC2::EIP": replaced(_create_address, _delete_address),
    "AWS::EC2::NatGateway": replaced(_create_nat_gateway, _delete_nat_gateway),
    "AWS::EC2::SecurityGroupIngress": _rule_handlers("IpPermissions", egress=False),
    "AWS::EC2::SecurityGroupEgress": _rule_handlers("IpPermissionsEgress", egress=True),
    "AWS::EC2::FlowLog": replaced(_create_flow_log, _delete_flow_log),
}
