"""Who reaches whom in the synthesized templates: what the document allows, and nothing else."""

import pytest
from tests.infra.conftest import Designs

from infra.report import reachability
from infra.report.reachability import ELSEWHERE, INTERNET, Flow
from infra.report.template import Design

A, C = "ap-northeast-1a", "ap-northeast-1c"


def parties(flows: frozenset[Flow]) -> set[tuple[str, str, str]]:
    """Source, target and ports, whatever the zone."""
    return {(source, target, ports) for source, target, ports, _ in reachability.merged(flows)}


def test_what_is_reached_is_what_the_document_allows(
    design: Design, variant: tuple[str, str]
) -> None:
    database, https = variant[0] != "none", bool(variant[1])
    wanted = reachability.expected(database=database, https=https, nat_zones=(A,))
    assert reachability.flows(design) == wanted
    assert reachability.openings(design) == frozenset()


def test_from_the_internet_only_the_load_balancer_is_reached(
    design: Design, variant: tuple[str, str]
) -> None:
    reached = {each[1:] for each in parties(reachability.flows(design)) if each[0] == INTERNET}
    http = {("alb", "tcp 80")}
    assert reached == (http | {("alb", "tcp 443")} if variant[1] else http)


def test_the_tasks_are_reached_only_by_the_load_balancer(design: Design) -> None:
    to_tasks = {each for each in parties(reachability.flows(design)) if each[1] == "tasks"}
    assert to_tasks == {("alb", "tasks", "tcp 3000")}


def test_the_database_is_reached_only_by_the_tasks_and_reaches_nothing(
    design: Design, variant: tuple[str, str]
) -> None:
    flows = parties(reachability.flows(design))
    reached = {each for each in flows if "database" in each}
    assert reached == ({("tasks", "database", "tcp 5432")} if variant[0] != "none" else set())


def test_the_tasks_go_out_by_nat_alone(design: Design) -> None:
    out = {each for each in reachability.flows(design) if each.target == INTERNET}
    assert {(each.source, each.ports, each.via) for each in out} == {
        (f"tasks in {A}", "tcp 443", f"NAT gateway in {A}"),
        (f"tasks in {C}", "tcp 443", f"NAT gateway in {A}"),
    }


def test_an_address_of_the_vpc_that_is_nobodys_reaches_no_more_than_the_internet_does(
    design: Design,
) -> None:
    flows = parties(reachability.flows(design))
    assert {each[1:] for each in flows if each[0] == ELSEWHERE} == {
        each[1:] for each in flows if each[0] == INTERNET
    }


@pytest.mark.parametrize(("gateways", "cut_off"), [("1", True), ("2", False)])
def test_losing_a_zone_cuts_the_others_tasks_off_the_internet_with_one_nat_gateway_only(
    designs: Designs, gateways: str, cut_off: bool
) -> None:
    flows = reachability.flows(designs("rds", NAT_GATEWAYS=gateways))
    left = reachability.without_zone(flows, A)
    out = {each for each in left if each.target == INTERNET}
    assert (out == set()) is cut_off
    assert {(each.source, each.target) for each in left - out} == {
        (INTERNET, f"alb in {C}"),
        (ELSEWHERE, f"alb in {C}"),
        (f"alb in {C}", f"tasks in {C}"),
        (f"tasks in {C}", f"database in {C}"),
    }


def test_two_nat_gateways_are_each_used_by_their_own_zone(designs: Designs) -> None:
    reached = reachability.flows(designs("rds", NAT_GATEWAYS="2"))
    assert reached == reachability.expected(database=True, https=False, nat_zones=(A, C))
