"""The tables of docs/architecture.md agree with the templates."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from infra.checks import reachability, topology
from infra.checks.template import Design
from tests.infra.conftest import Designs

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "architecture.md"


@pytest.fixture(scope="session")
def rds(designs: Designs) -> Design:
    return designs("rds", "example.com")


def tables() -> Iterator[tuple[list[str], list[list[str]]]]:
    """Each table of the page: its header and its rows."""
    for block in re.findall(r"(?:^\|.*\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        head, _, *rows = [
            [cell.strip() for cell in line.strip("|\n").split("|")] for line in block.splitlines()
        ]
        yield head, rows


def table(*columns: str) -> list[list[str]]:
    """The rows of the only table with these columns."""
    [rows] = [rows for head, rows in tables() if head == list(columns)]
    assert rows
    return rows


def test_the_components_exist_in_that_number_in_that_file(rds: Design) -> None:
    for part, kind, number, home in table("part", "CloudFormation", "how many", "built in"):
        assert len(rds.of_type(kind.strip("`"))) == int(number), part
        [path] = re.findall(r"\]\(\.\./(.+)\)", home)
        assert (ROOT / path).is_file(), part


def test_the_subnets_are_the_templates(rds: Design) -> None:
    rows = table("network", "zone", "what is in it", "its way out")
    [vpc] = rds.of_type("AWS::EC2::VPC")
    assert rows[0][0] == vpc.properties["CidrBlock"]
    found = {str(subnet.network): subnet for subnet in topology.read(rds).subnets}
    assert {row[0] for row in rows[1:]} == set(found)
    for network, zone, _, way in rows[1:]:
        assert (found[network].zone, found[network].route) == (zone, way)


def test_each_component_is_in_its_subnets(rds: Design) -> None:
    words = {"alb": "load balancer", "tasks": "tasks", "database": "database"}
    for network, _, inside, _ in table("network", "zone", "what is in it", "its way out")[1:]:
        named = {party for party, word in words.items() if word in inside}
        there = {
            place.party
            for place in topology.read(rds).places
            if place.subnet.network == IPv4Network(network)
        }
        assert named == there


def test_reachability_is_as_computed(rds: Design) -> None:
    rows = [tuple(row) for row in table("from", "to", "on", "through the")]
    assert sorted(rows) == reachability.merged(reachability.flows(rds))


def test_reachability_behind_cloudfront_is_as_computed(designs: Designs) -> None:
    rows = [tuple(row) for row in table("from", "to", "on", "through")]
    design = designs("rds", "example.com", CDN="on")
    assert sorted(rows) == reachability.merged(reachability.flows(design))


@pytest.mark.parametrize(("head", "database"), [("what", "rds"), ("Aurora", "aurora")])
def test_the_values_are_the_templates(designs: Designs, head: str, database: str) -> None:
    design = designs(database, "example.com")
    found = [rows for columns, rows in tables() if columns == [head, "value", "set by"]]
    rows = [row for rows in found for row in rows]
    assert len(rows) >= 4
    for what, value, place in rows:
        kind, key = re.findall(r"`([^`]+)`", place)
        [resource] = [each for each in design.of_type(kind) if "Migration" not in each.path]
        actual = under(resource.properties, key)
        shown = str(actual).lower() if isinstance(actual, bool) else str(actual)
        assert shown == value.strip("`"), what


def under(properties: Any, key: str) -> object:
    """The value under a dotted key; a name with a dot in it is a key of its own."""
    if key in properties:
        return properties[key]
    if "LoadBalancerAttributes" in properties:
        attributes = {each["Key"]: each["Value"] for each in properties["LoadBalancerAttributes"]}
        return attributes[key]
    first, _, rest = key.partition(".")
    inner = properties[int(first)] if isinstance(properties, list) else properties[first]
    return under(inner, rest) if rest else inner


def test_the_scaling_targets_are_the_templates(rds: Design) -> None:
    policies = rds.of_type("AWS::ApplicationAutoScaling::ScalingPolicy")
    configurations = [
        each.properties["TargetTrackingScalingPolicyConfiguration"] for each in policies
    ]
    targets = {
        each["PredefinedMetricSpecification"]["PredefinedMetricType"]: each["TargetValue"]
        for each in configurations
    }
    [(cpu, memory)] = re.findall(
        r"average CPU is over (\d+) % or average memory over (\d+) %",
        PAGE.read_text(encoding="utf-8").replace("\n", " "),
    )
    assert targets == {
        "ECSServiceAverageCPUUtilization": int(cpu),
        "ECSServiceAverageMemoryUtilization": int(memory),
    }


def test_the_stacks_are_the_templates(rds: Design) -> None:
    rows = table("stack", "what is in it", "when it changes")
    assert {row[0].strip("`") for row in rows} == set(rds.templates)
