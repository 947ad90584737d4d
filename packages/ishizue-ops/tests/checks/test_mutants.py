"""Mutation tests of reachability: each change of a template causes exactly these findings.

Computed and expected flows could share an error; these show that the model looks at each part of
the template. The real templates are those of `rds` with a domain, some with another variable.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from ishizue_ops.checks import topology
from ishizue_ops.checks.__main__ import findings
from ishizue_ops.project import read
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.edit import Edit, Editor, Raw, edited

INGRESS = "AWS::EC2::SecurityGroupIngress"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
INSTANCE = "AWS::RDS::DBInstance"


# Find the part to change without knowing its construct's name


def subnet(editor: Editor, cidr: str) -> Raw:
    return editor.where("AWS::EC2::Subnet", CidrBlock=cidr)


def default_route(editor: Editor, cidr: str) -> Raw:
    """The default route in a subnet's route table."""
    _, subnet_id = editor.id_of(subnet(editor, cidr))
    kind = "AWS::EC2::SubnetRouteTableAssociation"
    associated = editor.where(kind, SubnetId={"Ref": subnet_id})
    return editor.where("AWS::EC2::Route", RouteTableId=associated["RouteTableId"])


def group(editor: Editor, party: str) -> Raw:
    """The security group of `alb`, `tasks` or `database`."""
    [resource] = {
        group
        for place in topology.read(editor.design).places
        if place.party == party
        for group in place.groups
    }
    template = editor.templates[resource.stack]
    properties: Raw = template["Resources"][resource.logical_id]["Properties"]
    return properties


def reference(editor: Editor, party: str) -> Raw:
    _, logical_id = editor.id_of(group(editor, party))
    return {"Fn::GetAtt": [logical_id, "GroupId"]}


def let_in(editor: Editor, party: str) -> Raw:
    """The standalone rule that admits another group."""
    return editor.where(INGRESS, GroupId=reference(editor, party))


def let_out(editor: Editor, party: str, port: int) -> Raw:
    rules: list[Raw] = group(editor, party)["SecurityGroupEgress"]
    [rule] = [rule for rule in rules if rule.get("FromPort") == port]
    return rule


def reported(design: Design, variables: Mapping[str, str]) -> Counter[str]:
    """What `make synth` reports, and in how many zones or pairs of zones."""
    config = read({"DATABASE": "rds", "DOMAIN": "example.com", **variables})
    lines = [line.partition(": {")[0] for line in findings(design, config)]
    return Counter(re.sub(r" in ap-northeast-1[ac]", "", line) for line in lines)


MUTANTS: list[tuple[Edit, Mapping[str, str], Counter[str]]] = []


def changes(*lines: str, **variables: str) -> Callable[[Edit], Edit]:
    """Register a mutant with what it must cause: `2 missing: …` for a finding in two zones."""

    def register(edit: Edit) -> Edit:
        parts = (line.partition(" ") for line in lines)
        counts = Counter({text: int(number) for number, _, text in parts})
        MUTANTS.append((edit, variables, counts))
        return edit

    return register


NO_NAT = "2 missing: tasks → internet, tcp 443, through the NAT gateway"
NO_VISITORS = (
    "2 missing: internet → alb, tcp 443, through the internet gateway",
    "2 missing: internet → alb, tcp 80, through the internet gateway",
)
NOTHING_ON_443 = (
    "2 missing: internet → alb, tcp 443, through the internet gateway",
    "2 missing: elsewhere in the VPC → alb, tcp 443",
    "4 missing: tasks → alb, tcp 443",
    "2 unexpected: internet → alb, tcp 443, through the internet gateway, nothing listens",
    "2 unexpected: elsewhere in the VPC → alb, tcp 443, nothing listens",
    "4 unexpected: tasks → alb, tcp 443, nothing listens",
)


@changes(
    "2 exposed: database: a rule that allows the internet",
    "2 unexpected: elsewhere in the VPC → database, tcp 5432",
)
def the_internet_may_reach_the_database(editor: Editor) -> None:
    rule = let_in(editor, "database")
    del rule["SourceSecurityGroupId"]
    rule["CidrIp"] = "0.0.0.0/0"


@changes(
    "1 network:OneMore (AWS::EC2::SecurityGroupIngress): a rule with neither network nor group"
)
def the_database_accepts_ipv6(editor: Editor) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIpv6": "::/0"}
    editor.add("NotesState", "OneMore", INGRESS, GroupId=reference(editor, "database"), **rule)


@changes("4 missing: tasks → database, tcp 5432")
def the_database_accepts_udp(editor: Editor) -> None:
    let_in(editor, "database")["IpProtocol"] = "udp"


@changes("4 missing: alb → tasks, tcp 3000", "4 unexpected: alb → tasks, tcp any")
def tasks_accept_any_port_from_the_load_balancer(editor: Editor) -> None:
    let_in(editor, "tasks").update(FromPort=0, ToPort=65535)
    let_out(editor, "alb", 3000).update(FromPort=0, ToPort=65535)


@changes(
    *NOTHING_ON_443[:3],
    "2 unexpected: internet → alb, tcp 443, through the internet gateway, some addresses only",
)
def the_load_balancer_accepts_a_part_of_the_internet(editor: Editor) -> None:
    for rule in group(editor, "alb")["SecurityGroupIngress"]:
        if rule["FromPort"] == 443:
            rule["CidrIp"] = "203.0.113.0/24"


@changes(
    "2 unexpected: alb → internet, any, through the internet gateway",
    "4 unexpected: alb → alb, tcp 443",
    "4 unexpected: alb → alb, tcp 80",
)
def the_load_balancer_may_go_anywhere(editor: Editor) -> None:
    del group(editor, "alb")["SecurityGroupEgress"]


@changes(
    "1 missing: tasks → internet, tcp 443, through the NAT gateway",
    "1 exposed: tasks: a public subnet",
    "1 exposed: database: a public subnet",
)
def a_private_subnet_is_routed_to_the_internet_gateway(editor: Editor) -> None:
    route = default_route(editor, "10.0.11.0/24")
    del route["NatGatewayId"]
    route["GatewayId"] = default_route(editor, "10.0.1.0/24")["GatewayId"]


@changes(NO_NAT)
def the_nat_gateway_is_in_a_private_subnet(editor: Editor) -> None:
    _, private = editor.id_of(subnet(editor, "10.0.11.0/24"))
    editor.one("AWS::EC2::NatGateway")["SubnetId"] = {"Ref": private}


@changes(NO_NAT, *NO_VISITORS)
def the_internet_gateway_is_not_attached(editor: Editor) -> None:
    editor.remove(editor.one("AWS::EC2::VPCGatewayAttachment"))


@changes(*NOTHING_ON_443)
def a_listener_is_another_load_balancers(editor: Editor) -> None:
    editor.where(LISTENER, Port=443)["LoadBalancerArn"] = "arn:aws:another"


@changes("2 exposed: database: a public address")
def the_database_has_a_public_address(editor: Editor) -> None:
    editor.one(INSTANCE)["PubliclyAccessible"] = True


@changes("1 SecurityGroups/Database: duplicate rule for tcp 5432 and SecurityGroups/Tasks")
def a_rule_is_there_twice(editor: Editor) -> None:
    rule = let_in(editor, "database")
    editor.add("NotesState", "Again", INGRESS, **rule)


# Not understood: an unknown path would otherwise count as closed

NOBODY = "nobody says where it is in the VPC, or that it opens no way"


@changes(f"1 network:Peering (AWS::EC2::VPCPeeringConnection): {NOBODY}")
def a_vpc_is_peered(editor: Editor) -> None:
    editor.add("NotesState", "Peering", "AWS::EC2::VPCPeeringConnection")


@changes(
    "1 network:SecurityGroups/DatabaseFromTasks (AWS::EC2::SecurityGroupIngress): GroupId refers to"
    " nothing in the templates"
)
def a_rule_belongs_to_no_group(editor: Editor) -> None:
    let_in(editor, "database")["GroupId"] = {"Ref": "Gone"}


# With CloudFront


@changes(
    "2 missing: cloudfront → internal alb, tcp 80, through the VPC origin",
    "4 missing: internal alb → tasks, tcp 3000",
    "4 unexpected: alb → tasks, tcp 3000",
    CDN="on",
)
def the_distribution_uses_another_origin(editor: Editor) -> None:
    distribution = editor.one("AWS::CloudFront::Distribution")["DistributionConfig"]
    distribution["Origins"][0]["VpcOriginConfig"]["VpcOriginId"] = "vo_another"


@pytest.mark.parametrize(
    ("edit", "variables", "lines"), MUTANTS, ids=[edit.__name__ for edit, _, _ in MUTANTS]
)
def test_a_mutant_causes_exactly_these_findings(
    designs: Designs, edit: Edit, variables: Mapping[str, str], lines: Counter[str]
) -> None:
    design = designs("rds", "example.com", **variables)
    assert reported(edited(design, edit), variables) == lines


def test_a_zone_without_its_own_nat_gateway_is_named(designs: Designs) -> None:
    config = read({"DATABASE": "rds", "DOMAIN": "example.com", "NAT_GATEWAYS": "2"})
    flow = "tasks in ap-northeast-1c → internet, tcp 443, through the NAT gateway in ap-northeast-1"
    lines = [f"unexpected: {flow}a", f"missing: {flow}c"]
    assert findings(designs("rds", "example.com"), config) == lines
