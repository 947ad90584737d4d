"""Reachability in the synthesized templates: what the design allows, and nothing else."""

import pytest

from infra.checks import reachability
from infra.checks.reachability import ELSEWHERE, INTERNET
from infra.checks.template import Design
from tests.infra.conftest import Designs

A, C = "ap-northeast-1a", "ap-northeast-1c"


def test_only_expected_flows_exist_and_nothing_private_is_exposed(
    design: Design, variant: tuple[str, str]
) -> None:
    database, https = variant[0] != "none", bool(variant[1])
    wanted = reachability.expected(database=database, https=https, nat_zones=(A,))
    assert reachability.flows(design) == wanted
    assert reachability.exposures(design) == frozenset()


@pytest.mark.parametrize(("gateways", "cut_off"), [("1", True), ("2", False)])
def test_one_nat_gateway_is_a_single_point_of_failure_and_two_are_not(
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
        (f"tasks in {C}", "s3"),
        (f"tasks in {C}", f"alb in {C}"),
    }
