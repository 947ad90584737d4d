"""Mutation tests of the reachability model: each change must cause exactly the stated differences.

Computed and expected flows could share an error; these show that the model looks at each part of
the template. The real template is that of `rds` with a domain.
"""

from collections.abc import Callable
from itertools import product

import pytest

from infra.checks import reachability, topology
from infra.checks.security_groups import TopologyError
from infra.checks.template import Design
from tests.infra.conftest import Designs
from tests.infra.edit import Edit, Editor, Raw, edited, in_words

A, C = "ap-northeast-1a", "ap-northeast-1c"
INTERNET, ELSEWHERE = reachability.INTERNET, reachability.ELSEWHERE
INGRESS = "AWS::EC2::SecurityGroupIngress"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


@pytest.fixture(scope="session")
def design(designs: Designs) -> Design:
    return designs("rds", "example.com")


# Find the part to change without knowing its construct's name


def subnet(editor: Editor, cidr: str) -> Raw:
    return editor.where("AWS::EC2::Subnet", CidrBlock=cidr)


def association(editor: Editor, cidr: str) -> Raw:
    """The association of a subnet with its route table."""
    _, subnet_id = editor.id_of(subnet(editor, cidr))
    return editor.where("AWS::EC2::SubnetRouteTableAssociation", SubnetId={"Ref": subnet_id})


def default_route(editor: Editor, cidr: str) -> Raw:
    """The default route in a subnet's route table."""
    table = association(editor, cidr)["RouteTableId"]
    return editor.where("AWS::EC2::Route", RouteTableId=table)


def group(editor: Editor, party: str) -> Raw:
    """The security group of `alb`, `tasks` or `database`."""
    [found] = {
        resource
        for place in topology.read(editor.design).places
        if place.party == party
        for resource in place.groups
    }
    properties: Raw = editor.templates[found.stack]["Resources"][found.logical_id]["Properties"]
    return properties


def reference(editor: Editor, party: str) -> Raw:
    _, logical_id = editor.id_of(group(editor, party))
    return {"Fn::GetAtt": [logical_id, "GroupId"]}


def let_in(editor: Editor, party: str) -> Raw:
    """The standalone rule that admits another group."""
    return editor.where(INGRESS, GroupId=reference(editor, party))


def open_to(editor: Editor, party: str, cidr: str, port: int) -> None:
    """Add an inbound rule."""
    stack, _ = editor.id_of(group(editor, party))
    target = {"GroupId": reference(editor, party), "CidrIp": cidr}
    editor.add(stack, "OneMore", INGRESS, IpProtocol="tcp", FromPort=port, ToPort=port, **target)


def task_network(editor: Editor) -> Raw:
    found: Raw = editor.one("AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    return found


def let_out(editor: Editor, party: str, port: int) -> Raw:
    [rule] = [r for r in group(editor, party)["SecurityGroupEgress"] if r.get("FromPort") == port]
    found: Raw = rule
    return found


# What a change does: + an unexpected flow, - a missing one, ! an exposure


PARTIES = ("alb", "tasks", "database")
IGW, NAT, ENDPOINT = "internet gateway", f"NAT gateway in {A}", "gateway endpoint"
SOME, NOTHING = "some addresses only", "nothing listens"


def flows(
    sign: str, source: str, target: str, ports: str, zones: tuple[str, ...], via: str, note: str
) -> set[str]:
    """A flow between two parties in each of the zones."""
    sources = [f"{source} in {z}" for z in zones or (A, C)] if source in PARTIES else [source]
    targets = [f"{target} in {z}" for z in zones or (A, C)] if target in PARTIES else [target]
    tail = (f", through the {via}" if via else "") + (f", {note}" if note else "")
    return {f"{sign} {s} → {t}, {ports}{tail}" for s, t in product(sources, targets)}


def unexpected(
    source: str, target: str, ports: str, *zones: str, via: str = "", note: str = ""
) -> set[str]:
    return flows("+", source, target, ports, zones, via, note)


def missing(source: str, target: str, ports: str, *zones: str, via: str = "") -> set[str]:
    return flows("-", source, target, ports, zones, via, "")


def exposed(party: str, barrier: str, *zones: str) -> set[str]:
    return {f"! {party} in {zone}: {barrier}" for zone in zones or (A, C)}


def tasks_offline(*zones: str) -> set[str]:
    return missing("tasks", INTERNET, "tcp 443", *zones, via=NAT)


def tasks_without_s3(*zones: str) -> set[str]:
    return missing("tasks", "s3", "tcp 443", *zones, via=ENDPOINT)


def alb_offline(*zones: str) -> set[str]:
    ports = ("tcp 443", "tcp 80")
    return set().union(*(missing(INTERNET, "alb", port, *zones, via=IGW) for port in ports))


def unanswered(source: str, target: str, ports: str, via: str = "") -> set[str]:
    return missing(source, target, ports, via=via) | unexpected(
        source, target, ports, via=via, note=NOTHING
    )


def nothing_listens_on_443() -> set[str]:
    return (
        unanswered(INTERNET, "alb", "tcp 443", via=IGW)
        | unanswered(ELSEWHERE, "alb", "tcp 443")
        | unanswered("tasks", "alb", "tcp 443")
    )


MUTANTS: list[tuple[Edit, set[str]]] = []


def changes(*seen: set[str]) -> Callable[[Edit], Edit]:
    """Register a mutant with the differences that it must cause."""

    def register(edit: Edit) -> Edit:
        MUTANTS.append((edit, set().union(*seen)))
        return edit

    return register


@changes(
    exposed("database", "a rule that allows the internet"),
    unexpected(ELSEWHERE, "database", "tcp 5432"),
)
def the_internet_may_reach_the_database(editor: Editor) -> None:
    rule = let_in(editor, "database")
    del rule["SourceSecurityGroupId"]
    rule["CidrIp"] = "0.0.0.0/0"


@changes(unexpected(ELSEWHERE, "database", "tcp 5432"))
def the_database_accepts_the_whole_vpc(editor: Editor) -> None:
    open_to(editor, "database", "10.0.0.0/16", 5432)


@changes(
    unexpected(ELSEWHERE, "database", "tcp 5432", note=SOME),
    {f"+ tasks in {A} → database in {z}, tcp 5432, {SOME}" for z in (A, C)},
)
def the_database_accepts_a_part_of_the_vpc(editor: Editor) -> None:
    open_to(editor, "database", "10.0.11.128/25", 5432)


@changes(exposed("database", "a rule that allows the internet"))
def the_database_accepts_ipv6(editor: Editor) -> None:
    stack, _ = editor.id_of(group(editor, "database"))
    peer = {"GroupId": reference(editor, "database"), "CidrIpv6": "::/0"}
    editor.add(stack, "OneMore", INGRESS, IpProtocol="tcp", FromPort=5432, ToPort=5432, **peer)


@changes(missing("tasks", "database", "tcp 5432"))
def the_database_accepts_udp(editor: Editor) -> None:
    let_in(editor, "database")["IpProtocol"] = "udp"


@changes(missing("tasks", "database", "tcp 5432"))
def the_database_accepts_the_load_balancer(editor: Editor) -> None:
    let_in(editor, "database")["SourceSecurityGroupId"] = reference(editor, "alb")


@changes(missing("alb", "tasks", "tcp 3000"), unexpected("alb", "tasks", "tcp any"))
def tasks_accept_any_port_from_the_load_balancer(editor: Editor) -> None:
    let_in(editor, "tasks").update(FromPort=0, ToPort=65535)
    let_out(editor, "alb", 3000).update(FromPort=0, ToPort=65535)


@changes(unexpected("tasks", "tasks", "tcp 3000"))
def tasks_accept_their_like(editor: Editor) -> None:
    stack, _ = editor.id_of(group(editor, "tasks"))
    own = reference(editor, "tasks")
    span = {"IpProtocol": "tcp", "FromPort": 3000, "ToPort": 3000}
    editor.add(stack, "OneMore", INGRESS, GroupId=own, SourceSecurityGroupId=own, **span)
    group(editor, "tasks")["SecurityGroupEgress"].append(
        {**span, "DestinationSecurityGroupId": own}
    )


@changes(
    unexpected(INTERNET, "alb", "tcp 22", via=IGW, note=NOTHING),
    unexpected(ELSEWHERE, "alb", "tcp 22", note=NOTHING),
)
def the_load_balancer_accepts_one_more_port(editor: Editor) -> None:
    open_to(editor, "alb", "0.0.0.0/0", 22)


@changes(
    unexpected(INTERNET, "alb", "udp 443", via=IGW, note=NOTHING),
    unexpected(ELSEWHERE, "alb", "udp 443", note=NOTHING),
)
def the_load_balancer_accepts_udp(editor: Editor) -> None:
    group(editor, "alb")["SecurityGroupIngress"].append(
        {"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}
    )


@changes(
    missing(INTERNET, "alb", "tcp 443", via=IGW),
    unexpected(INTERNET, "alb", "tcp 443", via=IGW, note=SOME),
    missing(ELSEWHERE, "alb", "tcp 443"),
    missing("tasks", "alb", "tcp 443"),
)
def the_load_balancer_accepts_a_part_of_the_internet(editor: Editor) -> None:
    for rule in group(editor, "alb")["SecurityGroupIngress"]:
        if rule["FromPort"] == 443:
            rule["CidrIp"] = "203.0.113.0/24"


@changes(
    unexpected("alb", INTERNET, "any", via=IGW),
    unexpected("alb", "alb", "tcp 443"),
    unexpected("alb", "alb", "tcp 80"),
)
def the_load_balancer_may_go_anywhere(editor: Editor) -> None:
    del group(editor, "alb")["SecurityGroupEgress"]


@changes(
    tasks_offline(),
    tasks_without_s3(),
    unexpected("tasks", INTERNET, "any", via=NAT),
    unexpected("tasks", "s3", "any", via=ENDPOINT),
    unexpected("tasks", "alb", "tcp 80"),
)
def tasks_may_go_anywhere(editor: Editor) -> None:
    let_out(editor, "tasks", 443).update(IpProtocol="-1")


@changes(
    unexpected("database", INTERNET, "tcp 443", via=NAT),
    unexpected("database", "s3", "tcp 443", via=ENDPOINT),
    unexpected("database", "alb", "tcp 443"),
)
def the_database_may_go_out(editor: Editor) -> None:
    group(editor, "database")["SecurityGroupEgress"] = [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}
    ]


@changes(tasks_offline(), tasks_without_s3(), missing("tasks", "alb", "tcp 443"))
def tasks_cannot_go_out(editor: Editor) -> None:
    group(editor, "tasks")["SecurityGroupEgress"].remove(let_out(editor, "tasks", 443))


@changes(missing("tasks", "database", "tcp 5432"))
def the_databases_port_is_open_on_its_side_only(editor: Editor) -> None:
    group(editor, "tasks")["SecurityGroupEgress"].remove(let_out(editor, "tasks", 5432))


@changes(missing("tasks", "database", "tcp 5432"))
def the_databases_port_is_open_on_the_tasks_side_only(editor: Editor) -> None:
    editor.remove(let_in(editor, "database"))


@changes(missing("alb", "tasks", "tcp 3000"))
def the_tasks_port_is_open_on_the_load_balancers_side_only(editor: Editor) -> None:
    editor.remove(let_in(editor, "tasks"))


@changes(
    tasks_offline(A),
    exposed("tasks", "a public subnet", A),
    exposed("database", "a public subnet", A),
)
def a_private_subnet_is_routed_to_the_internet_gateway(editor: Editor) -> None:
    route = default_route(editor, "10.0.11.0/24")
    del route["NatGatewayId"]
    route["GatewayId"] = default_route(editor, "10.0.1.0/24")["GatewayId"]


@changes(alb_offline(C))
def a_public_subnet_has_no_route(editor: Editor) -> None:
    editor.remove(default_route(editor, "10.0.2.0/24"))


@changes(tasks_offline(C))
def a_private_subnet_has_no_route(editor: Editor) -> None:
    editor.remove(default_route(editor, "10.0.12.0/24"))


@changes(tasks_without_s3(C))
def the_endpoint_is_in_one_zones_route_table(editor: Editor) -> None:
    editor.one("AWS::EC2::VPCEndpoint")["RouteTableIds"].pop()


@changes(tasks_offline(C), tasks_without_s3(C))
def a_private_subnet_is_in_no_route_table(editor: Editor) -> None:
    editor.remove(association(editor, "10.0.12.0/24"))


@changes(
    tasks_offline(A),
    tasks_without_s3(A),
    exposed("tasks", "a public subnet", A),
    exposed("database", "a public subnet", A),
)
def a_private_subnet_is_in_the_public_route_table(editor: Editor) -> None:
    table = association(editor, "10.0.1.0/24")["RouteTableId"]
    association(editor, "10.0.11.0/24")["RouteTableId"] = table


@changes(tasks_offline())
def the_nat_gateway_is_in_a_private_subnet(editor: Editor) -> None:
    _, private = editor.id_of(subnet(editor, "10.0.11.0/24"))
    editor.one("AWS::EC2::NatGateway")["SubnetId"] = {"Ref": private}


@changes(tasks_offline())
def the_nat_gateway_has_no_address(editor: Editor) -> None:
    nat = editor.one("AWS::EC2::NatGateway")
    del nat["AllocationId"]
    nat["ConnectivityType"] = "private"


@changes(tasks_offline(), alb_offline())
def the_internet_gateway_is_not_attached(editor: Editor) -> None:
    editor.remove(editor.one("AWS::EC2::VPCGatewayAttachment"))


@changes(alb_offline())
def the_load_balancer_is_internal(editor: Editor) -> None:
    editor.one(BALANCER)["Scheme"] = "internal"


@changes(alb_offline())
def the_load_balancer_is_in_private_subnets(editor: Editor) -> None:
    editor.one(BALANCER)["Subnets"] = task_network(editor)["Subnets"]


@changes(nothing_listens_on_443())
def a_listener_has_another_port(editor: Editor) -> None:
    editor.where("AWS::ElasticLoadBalancingV2::Listener", Port=443)["Port"] = 8443


@changes(nothing_listens_on_443())
def a_listener_is_another_load_balancers(editor: Editor) -> None:
    listener = editor.where("AWS::ElasticLoadBalancingV2::Listener", Port=443)
    listener["LoadBalancerArn"] = "arn:aws:elasticloadbalancing:another"


@changes(unanswered("alb", "tasks", "tcp 3000"))
def the_container_has_another_port(editor: Editor) -> None:
    container, *_ = editor.one("AWS::ECS::TaskDefinition", "Service/Task")["ContainerDefinitions"]
    container["PortMappings"][0]["ContainerPort"] = 8080


@changes(unanswered("tasks", "database", "tcp 5432"))
def the_database_has_another_port(editor: Editor) -> None:
    editor.one("AWS::RDS::DBInstance")["Port"] = "5433"


@changes(
    tasks_offline(C),
    tasks_without_s3(C),
    {f"- alb in {z} → tasks in {C}, tcp 3000" for z in (A, C)},
    {f"- tasks in {C} → database in {z}, tcp 5432" for z in (A, C)},
    {f"- tasks in {C} → alb in {z}, tcp 443" for z in (A, C)},
)
def tasks_are_in_one_zone(editor: Editor) -> None:
    task_network(editor)["Subnets"] = task_network(editor)["Subnets"][:1]


@changes(exposed("tasks", "a public address"))
def tasks_have_public_addresses(editor: Editor) -> None:
    task_network(editor)["AssignPublicIp"] = "ENABLED"


@changes(exposed("database", "a public address"))
def the_database_has_a_public_address(editor: Editor) -> None:
    editor.one("AWS::RDS::DBInstance")["PubliclyAccessible"] = True


@changes(exposed("database", "a public subnet"))
def the_database_is_in_public_subnets(editor: Editor) -> None:
    balancer = editor.one(BALANCER)
    stack, _ = editor.id_of(balancer)
    found = [each.logical_id for each in editor.design.resolve_all(balancer["Subnets"], stack)]
    editor.one("AWS::RDS::DBSubnetGroup")["SubnetIds"] = [{"Ref": each} for each in found]


def differences(design: Design) -> set[str]:
    """Unexpected flows, missing flows and exposures."""
    actual = reachability.flows(design)
    wanted = reachability.expected(database=True, https=True, nat_zones=(A,))
    return {
        *(f"+ {flow}" for flow in actual - wanted),
        *(f"- {flow}" for flow in wanted - actual),
        *(f"! {exposure}" for exposure in reachability.exposures(design)),
    }


@pytest.mark.parametrize(("edit", "seen"), MUTANTS, ids=[in_words(edit) for edit, _ in MUTANTS])
def test_a_mutant_causes_exactly_these_differences(
    design: Design, edit: Edit, seen: set[str]
) -> None:
    assert differences(edited(design, edit)) == seen


def test_the_real_template_has_no_differences(design: Design) -> None:
    assert differences(design) == set()


# Unsupported: an unknown path would otherwise count as closed.

REFUSED: list[tuple[Edit, str]] = []


def refused(message: str) -> Callable[[Edit], None]:
    """Register a change that the model must refuse."""
    return lambda edit: REFUSED.append((edit, message))


@refused("VPCPeeringConnection is not supported")
def a_vpc_is_peered(editor: Editor) -> None:
    editor.add("KiroSampleState", "Peering", "AWS::EC2::VPCPeeringConnection")


@refused("NetworkAcl is not supported")
def a_network_acl_is_added(editor: Editor) -> None:
    editor.add("KiroSampleState", "Acl", "AWS::EC2::NetworkAcl")


@refused("AWS::Lambda::Function in the VPC")
def a_function_is_put_into_the_vpc(editor: Editor) -> None:
    _, subnet_id = editor.id_of(subnet(editor, "10.0.11.0/24"))
    place = {"SubnetIds": [{"Ref": subnet_id}]}
    editor.add("KiroSampleState", "Function", "AWS::Lambda::Function", VpcConfig=place)


@refused("only default routes")
def a_route_leads_to_another_network(editor: Editor) -> None:
    default_route(editor, "10.0.11.0/24")["DestinationCidrBlock"] = "192.168.0.0/16"


@refused("with neither network nor group")
def a_rule_names_a_prefix_list(editor: Editor) -> None:
    rule = let_in(editor, "database")
    del rule["SourceSecurityGroupId"]
    rule["SourcePrefixListId"] = "pl-1"


@refused("GroupId refers to nothing")
def a_rule_belongs_to_no_group(editor: Editor) -> None:
    let_in(editor, "database")["GroupId"] = {"Ref": "Gone"}


@refused("without subnets or security groups")
def the_database_has_no_group(editor: Editor) -> None:
    del editor.one("AWS::RDS::DBInstance")["VPCSecurityGroups"]


@pytest.mark.parametrize(("edit", "message"), REFUSED, ids=[in_words(edit) for edit, _ in REFUSED])
def test_an_unsupported_template_is_refused(design: Design, edit: Edit, message: str) -> None:
    with pytest.raises(TopologyError, match=message):
        reachability.flows(edited(design, edit))
