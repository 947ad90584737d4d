"""The drawing shows the design's components, nesting, flows and rules."""

from collections import Counter
from itertools import pairwise

import pytest

from infra import config
from infra.checks.template import Design
from infra.drawing import words
from infra.drawing.picture import Icon
from infra.product import SECRETS
from tests.infra.conftest import Designs
from tests.infra.drawing.reading import badges, picture_of, rules_table

EVERYWHERE = dict.fromkeys(
    [
        "users",
        "route53",
        "igw",
        "nat",
        "ecs",
        "ecr",
        "logs",
        "metrics",
        "alarms",
        "dashboard",
        "acm",
    ],
    1,
) | {"alb": 3, "fargate": 2, "container": 2}  # the load balancer, and its node in each zone


@pytest.mark.parametrize(
    ("database", "store"), [("rds", {"rds": 2}), ("aurora", {"aurora": 2}), ("none", {})]
)
def test_every_component_is_drawn(
    documented: dict[str, Design], database: config.DatabaseKind, store: dict[str, int]
) -> None:
    shapes = picture_of(documented[database], database).shapes
    counted = Counter(one.kind for one in shapes if isinstance(one, Icon))
    secrets = {} if database == "none" and not SECRETS else {"secrets": 1}
    assert counted == EVERYWHERE | store | secrets


def test_frames_nest_like_the_network(documented: dict[str, Design]) -> None:
    shapes = picture_of(documented["rds"], "rds").by_id()
    for inner, chain in {
        "nat-1a": ["public-1a", "zone-1a", "vpc", "region", "cloud"],
        "container-1c": ["task-1c", "private-1c", "zone-1c", "vpc", "region", "cloud"],
        "db-1a": ["private-1a", "zone-1a", "vpc", "region", "cloud"],
        "db-1c": ["private-1c", "zone-1c", "vpc", "region", "cloud"],
        "ecr": ["region", "cloud"],
        "route53": ["cloud"],
        "users": [],
    }.items():
        found, at = [], shapes[inner].parent
        while at in shapes:
            found.append(at)
            at = shapes[at].parent
        assert found == chain, inner


def test_the_steps_of_both_traffic_flows_are_numbered(documented: dict[str, Design]) -> None:
    picture = picture_of(documented["rds"], "rds")
    for style, steps in (("page", 5), ("data", 6)):
        of_flow = [one for one in badges(picture) if one.style == style]
        drawn = {one.number for one in of_flow}
        in_legend = {one.number for one in of_flow if one.parent == "flows"}
        assert drawn == in_legend == set(range(1, steps + 1))
    reached = {one.target for one in picture.lines if one.style == "data"}
    assert "db-1a" in reached
    assert "db-1a" not in {one.target for one in picture.lines if one.style == "page"}
    for style in ("page", "data"):
        ways = {(one.source, one.target) for one in picture.lines if one.style == style}
        for zone in ("1a", "1c"):
            for step in pairwise(("users", "route53", "igw", "alb", f"alb-{zone}")):
                assert step in ways
            assert (f"alb-{zone}", f"container-{zone}") in ways


def test_cloudfront_is_before_a_balancer_in_the_private_subnets(designs: Designs) -> None:
    design = designs("rds", "example.com", CDN="on", WAF="on", OUTSIDE_CHECK="on")
    picture = picture_of(design, "rds")
    shapes = picture.by_id()
    outside = ("cloudfront", "acm", "waf")
    assert {name: shapes[name].parent for name in outside} == dict.fromkeys(outside, "cloud")
    assert shapes["alb-1a"].parent == "private-1a"
    ways = {(one.source, one.target) for one in picture.lines if one.style == "page"}
    assert {*pairwise(("users", "route53", "cloudfront", "alb", "alb-1c", "container-1c"))} <= ways
    assert not any("igw" in way for way in ways)
    for style, steps in (("page", 6), ("data", 7)):
        of_flow = [one for one in badges(picture) if one.style == style]
        in_legend = {one.number for one in of_flow if one.parent == "flows"}
        assert {one.number for one in of_flow} == in_legend == set(range(1, steps + 1))
    assert rules_table(picture)[:3] == [
        ["ALB", "Inbound", "80 (HTTP)", "from CloudFront"],
        ["Outbound", "3000", "to ECS Security Group"],
        ["ECS", "Inbound", "3000", "from ALB Security Group"],
    ]


def test_without_a_database_there_is_no_second_flow(documented: dict[str, Design]) -> None:
    picture = picture_of(documented["none"], "none")
    assert {one.style for one in badges(picture)} == {"page"}
    assert "data" not in {one.style for one in picture.lines}


def test_the_panel_lists_the_security_group_rules(documented: dict[str, Design]) -> None:
    assert rules_table(picture_of(documented["rds"], "rds")) == [
        ["ALB", "Inbound", "80 (HTTP)", "from 0.0.0.0/0"],
        ["Inbound", "443 (HTTPS)", "from 0.0.0.0/0"],
        ["Outbound", "3000", "to ECS Security Group"],
        ["ECS", "Inbound", "3000", "from ALB Security Group"],
        ["Outbound", "443 (HTTPS)", "to Internet (0.0.0.0/0)"],
        ["Outbound", "5432 (PostgreSQL)", "to RDS Security Group"],
        ["RDS", "Inbound", "5432 (PostgreSQL)", "from ECS Security Group"],
        ["Outbound", words.NONE],
    ]
