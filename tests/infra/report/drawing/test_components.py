"""All that the document names is on the drawing: components, nesting, flows and rules."""

from itertools import pairwise

import pytest
from tests.infra.report.drawing.reading import (
    badges,
    picture_of,
    rules_table,
)

from infra import config
from infra.report.drawing.picture import (
    Icon,
)
from infra.report.template import Design

EVERYWHERE = {
    "users": 1,
    "route53": 1,
    "igw": 1,
    "alb": 3,  # itself, and its node in each zone
    "nat": 1,
    "ecs": 1,
    "fargate": 2,
    "container": 2,
    "ecr": 1,
    "logs": 1,
    "metrics": 1,
    "alarms": 1,
    "dashboard": 1,
    "secrets": 1,
    "acm": 1,
}


@pytest.mark.parametrize(
    ("database", "store"), [("rds", {"rds": 2}), ("aurora", {"aurora": 2}), ("none", {})]
)
def test_every_component_of_the_document_is_drawn(
    documented: dict[str, Design], database: config.DatabaseKind, store: dict[str, int]
) -> None:
    icons = [
        one for one in picture_of(documented[database], database).shapes if isinstance(one, Icon)
    ]
    counted = {kind: [one.kind for one in icons].count(kind) for kind in {i.kind for i in icons}}
    assert counted == EVERYWHERE | store


def test_frames_nest_as_aws_does(documented: dict[str, Design]) -> None:
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


def test_both_traffic_flows_are_numbered_as_the_document_has_them(
    documented: dict[str, Design],
) -> None:
    picture = picture_of(documented["rds"], "rds")
    for style, steps in (("page", 5), ("favorites", 6)):
        drawn = {one.number for one in badges(picture) if one.style == style}
        assert drawn == set(range(1, steps + 1))
        in_legend = {
            one.number for one in badges(picture) if one.style == style and one.parent == "flows"
        }
        assert in_legend == drawn
    reached = {one.target for one in picture.lines if one.style == "favorites"}
    assert "db-1a" in reached
    assert "db-1a" not in {one.target for one in picture.lines if one.style == "page"}
    for style in ("page", "favorites"):
        ways = {(one.source, one.target) for one in picture.lines if one.style == style}
        for zone in ("1a", "1c"):
            for step in pairwise(("users", "route53", "igw", "alb", f"alb-{zone}")):
                assert step in ways
            assert (f"alb-{zone}", f"container-{zone}") in ways


def test_without_a_database_there_is_no_second_flow(documented: dict[str, Design]) -> None:
    picture = picture_of(documented["none"], "none")
    assert {one.style for one in badges(picture)} == {"page"}
    assert "favorites" not in {one.style for one in picture.lines}


def test_the_rules_of_the_security_groups_are_the_documents(documented: dict[str, Design]) -> None:
    assert rules_table(picture_of(documented["rds"], "rds")) == [
        ["ALB", "Inbound", "80 (HTTP)", "from 0.0.0.0/0"],
        ["Inbound", "443 (HTTPS)", "from 0.0.0.0/0"],
        ["Outbound", "3000", "to ECS Security Group"],
        ["ECS", "Inbound", "3000", "from ALB Security Group"],
        ["Outbound", "443 (HTTPS)", "to Internet (0.0.0.0/0)"],
        ["Outbound", "5432 (PostgreSQL)", "to RDS Security Group"],
        ["RDS", "Inbound", "5432 (PostgreSQL)", "from ECS Security Group"],
        ["Outbound", "なし"],
    ]
