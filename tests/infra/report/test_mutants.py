"""One change to the template's network, and the computed reachability must differ, in these words.

What is computed and what is expected could share an error: these show that each part of the
template is really looked at. The changes are made to real templates, of `rds` with a domain.
"""

from collections.abc import Iterable
from itertools import product

import pytest
from tests.infra.conftest import Designs
from tests.infra.report.edit import Edit, Editor, Raw, edited

from infra.report import reachability, topology
from infra.report.security_groups import TopologyError
from infra.report.template import Design

A, C = "ap-northeast-1a", "ap-northeast-1c"
INTERNET, ELSEWHERE = reachability.INTERNET, reachability.ELSEWHERE
INGRESS, EGRESS = "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"


@pytest.fixture(scope="session")
def design(designs: Designs) -> Design:
    return designs("rds", "example.com")


# Finding the part to change, whatever its construct is called


def subnet(editor: Editor, cidr: str) -> Raw:
    return editor.where("AWS::EC2::Subnet", CidrBlock=cidr)


def default_route(editor: Editor, cidr: str) -> Raw:
    """The default route of a subnet's route table."""
    _, subnet_id = editor.id_of(subnet(editor, cidr))
    association = editor.where("AWS::EC2::SubnetRouteTableAssociation", SubnetId={"Ref": subnet_id})
    return editor.where("AWS::EC2::Route", RouteTableId=association["RouteTableId"])


def associated(editor: Editor, cidr: str) -> Raw:
    _, subnet_id = editor.id_of(subnet(editor, cidr))
    return editor.where("AWS::EC2::SubnetRouteTableAssociation", SubnetId={"Ref": subnet_id})


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
    """The rule beside a group by which it lets another group in."""
    return editor.where(INGRESS, GroupId=reference(editor, party))


def open_to(editor: Editor, party: str, cidr: str, port: int) -> None:
    """One more inbound rule."""
    stack, _ = editor.id_of(group(editor, party))
    target = {"GroupId": reference(editor, party), "CidrIp": cidr}
    editor.add(stack, "OneMore", INGRESS, IpProtocol="tcp", FromPort=port, ToPort=port, **target)


def let_out(editor: Editor, party: str, port: int) -> Raw:
    [rule] = [r for r in group(editor, party)["SecurityGroupEgress"] if r.get("FromPort") == port]
    found: Raw = rule
    return found


# The changes


def the_internet_may_reach_the_database(editor: Editor) -> None:
    rule = let_in(editor, "database")
    del rule["SourceSecurityGroupId"]
    rule["CidrIp"] = "0.0.0.0/0"


def the_database_accepts_the_whole_vpc(editor: Editor) -> None:
    open_to(editor, "database", "10.0.0.0/16", 5432)


def the_database_accepts_a_part_of_the_vpc(editor: Editor) -> None:
    open_to(editor, "database", "10.0.11.128/25", 5432)


def the_database_accepts_ipv6(editor: Editor) -> None:
    stack, _ = editor.id_of(group(editor, "database"))
    peer = {"GroupId": reference(editor, "database"), "CidrIpv6": "::/0"}
    editor.add(stack, "OneMore", INGRESS, IpProtocol="tcp", FromPort=5432, ToPort=5432, **peer)


def the_database_accepts_udp(editor: Editor) -> None:
    let_in(editor, "database")["IpProtocol"] = "udp"


def the_database_accepts_the_load_balancer(editor: Editor) -> None:
    let_in(editor, "database")["SourceSecurityGroupId"] = reference(editor, "alb")


def tasks_accept_any_port_from_the_load_balancer(editor: Editor) -> None:
    let_in(editor, "tasks").update(FromPort=0, ToPort=65535)
    let_out(editor, "alb", 3000).update(FromPort=0, ToPort=65535)


def tasks_accept_their_like(editor: Editor) -> None:
    stack, _ = editor.id_of(group(editor, "tasks"))
    own = reference(editor, "tasks")
    span = {"IpProtocol": "tcp", "FromPort": 3000, "ToPort": 3000}
    editor.add(stack, "OneMore", INGRESS, GroupId=own, SourceSecurityGroupId=own, **span)
    group(editor, "tasks")["SecurityGroupEgress"].append(
        {**span, "DestinationSecurityGroupId": own}
    )


def the_load_balancer_accepts_one_more_port(editor: Editor) -> None:
    open_to(editor, "alb", "0.0.0.0/0", 22)


def the_load_balancer_accepts_udp(editor: Editor) -> None:
    group(editor, "alb")["SecurityGroupIngress"].append(
        {"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}
    )


def the_load_balancer_accepts_a_part_of_the_internet(editor: Editor) -> None:
    for rule in group(editor, "alb")["SecurityGroupIngress"]:
        if rule["FromPort"] == 443:
            rule["CidrIp"] = "203.0.113.0/24"


def the_load_balancer_may_go_anywhere(editor: Editor) -> None:
    del group(editor, "alb")["SecurityGroupEgress"]


def tasks_may_go_anywhere(editor: Editor) -> None:
    let_out(editor, "tasks", 443).update(IpProtocol="-1")


def the_database_may_go_out(editor: Editor) -> None:
    group(editor, "database")["SecurityGroupEgress"] = [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}
    ]


def tasks_cannot_go_out(editor: Editor) -> None:
    group(editor, "tasks")["SecurityGroupEgress"].remove(let_out(editor, "tasks", 443))


def the_databases_port_is_open_on_its_side_only(editor: Editor) -> None:
    group(editor, "tasks")["SecurityGroupEgress"].remove(let_out(editor, "tasks", 5432))


def the_databases_port_is_open_on_the_tasks_side_only(editor: Editor) -> None:
    editor.remove(let_in(editor, "database"))


def the_tasks_port_is_open_on_the_load_balancers_side_only(editor: Editor) -> None:
    editor.remove(let_in(editor, "tasks"))


def a_private_subnet_is_routed_to_the_internet_gateway(editor: Editor) -> None:
    route = default_route(editor, "10.0.11.0/24")
    del route["NatGatewayId"]
    route["GatewayId"] = default_route(editor, "10.0.1.0/24")["GatewayId"]


def a_public_subnet_has_no_route(editor: Editor) -> None:
    editor.remove(default_route(editor, "10.0.2.0/24"))


def a_private_subnet_has_no_route(editor: Editor) -> None:
    editor.remove(default_route(editor, "10.0.12.0/24"))


def a_private_subnet_is_in_no_route_table(editor: Editor) -> None:
    editor.remove(associated(editor, "10.0.12.0/24"))


def a_private_subnet_is_in_the_public_route_table(editor: Editor) -> None:
    table = associated(editor, "10.0.1.0/24")["RouteTableId"]
    associated(editor, "10.0.11.0/24")["RouteTableId"] = table


def the_nat_gateway_is_in_a_private_subnet(editor: Editor) -> None:
    _, private = editor.id_of(subnet(editor, "10.0.11.0/24"))
    editor.one("AWS::EC2::NatGateway")["SubnetId"] = {"Ref": private}


def the_nat_gateway_has_no_address(editor: Editor) -> None:
    nat = editor.one("AWS::EC2::NatGateway")
    del nat["AllocationId"]
    nat["ConnectivityType"] = "private"


def the_internet_gateway_is_not_attached(editor: Editor) -> None:
    editor.remove(editor.one("AWS::EC2::VPCGatewayAttachment"))


def the_load_balancer_is_internal(editor: Editor) -> None:
    editor.one("AWS::ElasticLoadBalancingV2::LoadBalancer")["Scheme"] = "internal"


def the_load_balancer_is_in_private_subnets(editor: Editor) -> None:
    tasks = editor.one("AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    editor.one("AWS::ElasticLoadBalancingV2::LoadBalancer")["Subnets"] = tasks["Subnets"]


def a_listener_has_another_port(editor: Editor) -> None:
    editor.where("AWS::ElasticLoadBalancingV2::Listener", Port=443)["Port"] = 8443


def a_listener_is_another_load_balancers(editor: Editor) -> None:
    listener = editor.where("AWS::ElasticLoadBalancingV2::Listener", Port=443)
    listener["LoadBalancerArn"] = "arn:aws:elasticloadbalancing:another"


def the_container_has_another_port(editor: Editor) -> None:
    container, *_ = editor.one("AWS::ECS::TaskDefinition", "Service/Task")["ContainerDefinitions"]
    container["PortMappings"][0]["ContainerPort"] = 8080


def the_database_has_another_port(editor: Editor) -> None:
    editor.one("AWS::RDS::DBInstance")["Port"] = "5433"


def tasks_are_in_one_zone(editor: Editor) -> None:
    tasks = editor.one("AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    tasks["Subnets"] = tasks["Subnets"][:1]


def tasks_have_public_addresses(editor: Editor) -> None:
    tasks = editor.one("AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    tasks["AssignPublicIp"] = "ENABLED"


def the_database_has_a_public_address(editor: Editor) -> None:
    editor.one("AWS::RDS::DBInstance")["PubliclyAccessible"] = True


def the_database_is_in_public_subnets(editor: Editor) -> None:
    balancer = editor.one("AWS::ElasticLoadBalancingV2::LoadBalancer")
    stack, _ = editor.id_of(balancer)
    found = [each.logical_id for each in editor.design.resolve_all(balancer["Subnets"], stack)]
    editor.one("AWS::RDS::DBSubnetGroup")["SubnetIds"] = [{"Ref": each} for each in found]


# What each changes. + is a flow that should not be, - one that is missing, ! a fallen barrier.


def lines(
    sign: str, source: str, target: str, ports: str, *zones: str, via: str = "", note: str = ""
) -> set[str]:
    """A flow from and to both zones, or those named, of whatever party is in zones."""
    ends = zones or (A, C)
    sources = [f"{source} in {z}" for z in ends] if source in PARTIES else [source]
    targets = [f"{target} in {z}" for z in ends] if target in PARTIES else [target]
    tail = (f", through the {via}" if via else "") + (f", {note}" if note else "")
    return {f"{sign} {s} → {t}, {ports}{tail}" for s, t in product(sources, targets)}


PARTIES = ("alb", "tasks", "database")
IGW, NAT = "internet gateway", f"NAT gateway in {A}"
SOME, NOTHING = "of some addresses only", "nothing listens"


def fallen(party: str, barrier: str, *zones: str) -> set[str]:
    return {f"! {party} in {zone}: {barrier}" for zone in zones or (A, C)}


def tasks_offline(*zones: str) -> set[str]:
    return lines("-", "tasks", INTERNET, "tcp 443", *zones, via=NAT)


def nothing_listens_on_443() -> set[str]:
    return (
        lines("-", INTERNET, "alb", "tcp 443", via=IGW)
        | lines("+", INTERNET, "alb", "tcp 443", via=IGW, note=NOTHING)
        | lines("-", ELSEWHERE, "alb", "tcp 443")
        | lines("+", ELSEWHERE, "alb", "tcp 443", note=NOTHING)
        | lines("-", "tasks", "alb", "tcp 443")
        | lines("+", "tasks", "alb", "tcp 443", note=NOTHING)
    )


MUTANTS: list[tuple[Edit, set[str]]] = [
    (
        the_internet_may_reach_the_database,
        fallen("database", "a rule for the internet")
        | lines("+", ELSEWHERE, "database", "tcp 5432"),
    ),
    (
        the_database_accepts_the_whole_vpc,
        lines("+", ELSEWHERE, "database", "tcp 5432"),
    ),
    (
        the_database_accepts_a_part_of_the_vpc,
        lines("+", ELSEWHERE, "database", "tcp 5432", note=SOME)
        | {f"+ tasks in {A} → database in {z}, tcp 5432, {SOME}" for z in (A, C)},
    ),
    (the_database_accepts_ipv6, fallen("database", "a rule for the internet")),
    (the_database_accepts_udp, lines("-", "tasks", "database", "tcp 5432")),
    (
        the_database_accepts_the_load_balancer,
        lines("-", "tasks", "database", "tcp 5432"),
    ),
    (
        tasks_accept_any_port_from_the_load_balancer,
        lines("-", "alb", "tasks", "tcp 3000") | lines("+", "alb", "tasks", "tcp any"),
    ),
    (tasks_accept_their_like, lines("+", "tasks", "tasks", "tcp 3000")),
    (
        the_load_balancer_accepts_one_more_port,
        lines("+", INTERNET, "alb", "tcp 22", via=IGW, note=NOTHING)
        | lines("+", ELSEWHERE, "alb", "tcp 22", note=NOTHING),
    ),
    (
        the_load_balancer_accepts_udp,
        lines("+", INTERNET, "alb", "udp 443", via=IGW, note=NOTHING)
        | lines("+", ELSEWHERE, "alb", "udp 443", note=NOTHING),
    ),
    (
        the_load_balancer_accepts_a_part_of_the_internet,
        lines("-", INTERNET, "alb", "tcp 443", via=IGW)
        | lines("+", INTERNET, "alb", "tcp 443", via=IGW, note=SOME)
        | lines("-", ELSEWHERE, "alb", "tcp 443")
        | lines("-", "tasks", "alb", "tcp 443"),
    ),
    (
        the_load_balancer_may_go_anywhere,
        lines("+", "alb", INTERNET, "any", via=IGW)
        | lines("+", "alb", "alb", "tcp 443")
        | lines("+", "alb", "alb", "tcp 80"),
    ),
    (
        tasks_may_go_anywhere,
        tasks_offline()
        | lines("+", "tasks", INTERNET, "any", via=NAT)
        | lines("+", "tasks", "alb", "tcp 80"),
    ),
    (
        the_database_may_go_out,
        lines("+", "database", INTERNET, "tcp 443", via=NAT)
        | lines("+", "database", "alb", "tcp 443"),
    ),
    (tasks_cannot_go_out, tasks_offline() | lines("-", "tasks", "alb", "tcp 443")),
    (
        the_databases_port_is_open_on_its_side_only,
        lines("-", "tasks", "database", "tcp 5432"),
    ),
    (
        the_databases_port_is_open_on_the_tasks_side_only,
        lines("-", "tasks", "database", "tcp 5432"),
    ),
    (
        the_tasks_port_is_open_on_the_load_balancers_side_only,
        lines("-", "alb", "tasks", "tcp 3000"),
    ),
    (
        a_private_subnet_is_routed_to_the_internet_gateway,
        tasks_offline(A)
        | fallen("tasks", "a subnet that faces the internet", A)
        | fallen("database", "a subnet that faces the internet", A),
    ),
    (
        a_public_subnet_has_no_route,
        lines("-", INTERNET, "alb", "tcp 443", C, via=IGW)
        | lines("-", INTERNET, "alb", "tcp 80", C, via=IGW),
    ),
    (a_private_subnet_has_no_route, tasks_offline(C)),
    (a_private_subnet_is_in_no_route_table, tasks_offline(C)),
    (
        a_private_subnet_is_in_the_public_route_table,
        tasks_offline(A)
        | fallen("tasks", "a subnet that faces the internet", A)
        | fallen("database", "a subnet that faces the internet", A),
    ),
    (the_nat_gateway_is_in_a_private_subnet, tasks_offline()),
    (the_nat_gateway_has_no_address, tasks_offline()),
    (
        the_internet_gateway_is_not_attached,
        tasks_offline()
        | lines("-", INTERNET, "alb", "tcp 443", via=IGW)
        | lines("-", INTERNET, "alb", "tcp 80", via=IGW),
    ),
    (
        the_load_balancer_is_internal,
        lines("-", INTERNET, "alb", "tcp 443", via=IGW)
        | lines("-", INTERNET, "alb", "tcp 80", via=IGW),
    ),
    (
        the_load_balancer_is_in_private_subnets,
        lines("-", INTERNET, "alb", "tcp 443", via=IGW)
        | lines("-", INTERNET, "alb", "tcp 80", via=IGW),
    ),
    (a_listener_has_another_port, nothing_listens_on_443()),
    (a_listener_is_another_load_balancers, nothing_listens_on_443()),
    (
        the_container_has_another_port,
        lines("-", "alb", "tasks", "tcp 3000")
        | lines("+", "alb", "tasks", "tcp 3000", note=NOTHING),
    ),
    (
        the_database_has_another_port,
        lines("-", "tasks", "database", "tcp 5432")
        | lines("+", "tasks", "database", "tcp 5432", note=NOTHING),
    ),
    (
        tasks_are_in_one_zone,
        tasks_offline(C)
        | {f"- alb in {z} → tasks in {C}, tcp 3000" for z in (A, C)}
        | {f"- tasks in {C} → database in {z}, tcp 5432" for z in (A, C)}
        | {f"- tasks in {C} → alb in {z}, tcp 443" for z in (A, C)},
    ),
    (tasks_have_public_addresses, fallen("tasks", "a public address")),
    (the_database_has_a_public_address, fallen("database", "a public address")),
    (
        the_database_is_in_public_subnets,
        fallen("database", "a subnet that faces the internet"),
    ),
]


def differences(design: Design) -> set[str]:
    """What is reached and should not be, what should be and is not, and which barriers fell."""
    reached = reachability.flows(design)
    wanted = reachability.expected(database=True, https=True, nat_zones=(A,))
    return {
        *(f"+ {flow}" for flow in reached - wanted),
        *(f"- {flow}" for flow in wanted - reached),
        *(f"! {opening}" for opening in reachability.openings(design)),
    }


def names(mutants: Iterable[tuple[Edit, set[str]]]) -> list[str]:
    return [edit.__name__.replace("_", " ") for edit, _ in mutants]


@pytest.mark.parametrize(("edit", "seen"), MUTANTS, ids=names(MUTANTS))
def test_a_changed_template_is_reached_differently(
    design: Design, edit: Edit, seen: set[str]
) -> None:
    assert differences(edited(design, edit)) == seen


def test_the_template_as_it_stands_shows_no_difference(design: Design) -> None:
    assert differences(design) == set()


# What the model does not know it refuses, since an unknown way would count as closed.


def a_vpc_is_peered(editor: Editor) -> None:
    editor.add("KiroSampleState", "Peering", "AWS::EC2::VPCPeeringConnection")


def a_network_acl_is_added(editor: Editor) -> None:
    editor.add("KiroSampleState", "Acl", "AWS::EC2::NetworkAcl")


def a_function_is_put_into_the_vpc(editor: Editor) -> None:
    _, subnet_id = editor.id_of(subnet(editor, "10.0.11.0/24"))
    place = {"SubnetIds": [{"Ref": subnet_id}]}
    editor.add("KiroSampleState", "Function", "AWS::Lambda::Function", VpcConfig=place)


def a_route_leads_to_another_network(editor: Editor) -> None:
    default_route(editor, "10.0.11.0/24")["DestinationCidrBlock"] = "192.168.0.0/16"


def a_rule_names_a_prefix_list(editor: Editor) -> None:
    rule = let_in(editor, "database")
    del rule["SourceSecurityGroupId"]
    rule["SourcePrefixListId"] = "pl-1"


def a_rule_belongs_to_no_group(editor: Editor) -> None:
    let_in(editor, "database")["GroupId"] = {"Ref": "Gone"}


def the_database_has_no_group(editor: Editor) -> None:
    del editor.one("AWS::RDS::DBInstance")["VPCSecurityGroups"]


REFUSED: list[tuple[Edit, str]] = [
    (a_vpc_is_peered, "VPCPeeringConnection is not understood"),
    (a_network_acl_is_added, "NetworkAcl is not understood"),
    (a_function_is_put_into_the_vpc, "AWS::Lambda::Function in the VPC"),
    (a_route_leads_to_another_network, "only a default route"),
    (a_rule_names_a_prefix_list, "without a network or a group"),
    (a_rule_belongs_to_no_group, "GroupId refers to nothing"),
    (the_database_has_no_group, "without subnets or security groups"),
]


@pytest.mark.parametrize(
    ("edit", "said"), REFUSED, ids=[edit.__name__.replace("_", " ") for edit, _ in REFUSED]
)
def test_what_the_model_does_not_understand_is_refused(
    design: Design, edit: Edit, said: str
) -> None:
    with pytest.raises(TopologyError, match=said):
        reachability.flows(edited(design, edit))
