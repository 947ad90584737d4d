"""What docs/architecture.md claims in its tables is what the templates have."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from tests.infra.conftest import Designs

from infra.report import reachability, topology
from infra.report.template import Design

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "architecture.md"
HEADINGS = [
    "アーキテクチャ概要",
    "構成図",
    "コンポーネント説明",
    "ネットワーク層",
    "ロードバランシング層",
    "コンピューティング層",
    "コンテナレジストリ",
    "監視・ログ",
    "データベース層",
    "トラフィックフロー",
    "セキュリティ",
    "スケーリング",
    "コスト見積もり",
    "次のステップ",
    "ファイル",
]
"""The document's own, in its order."""


@pytest.fixture(scope="session")
def rds(designs: Designs) -> Design:
    return designs("rds", "example.com")


@pytest.fixture(scope="session")
def aurora(designs: Designs) -> Design:
    return designs("aurora", "example.com")


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


def test_the_headings_are_the_documents_in_its_order() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^##+ .*\((.+)\)$", text, re.MULTILINE) == HEADINGS


def test_the_parts_are_there_in_their_number_and_built_where_the_page_says(rds: Design) -> None:
    for part, kind, number, home in table("part", "CloudFormation", "how many", "built in"):
        assert len(rds.of_type(kind.strip("`"))) == int(number), part
        [path] = re.findall(r"\]\(\.\./(.+)\)", home)
        assert (ROOT / path).is_file(), part


def test_the_networks_are_those_of_the_template(rds: Design) -> None:
    rows = table("network", "zone", "what is in it", "its way out")
    [vpc] = rds.of_type("AWS::EC2::VPC")
    assert rows[0][0] == vpc.properties["CidrBlock"]
    found = {str(subnet.network): subnet for subnet in topology.read(rds).subnets}
    assert {row[0] for row in rows[1:]} == set(found)
    for network, zone, _, way in rows[1:]:
        assert (found[network].zone, found[network].way) == (zone, way)


def test_the_page_names_each_party_in_the_networks_that_it_is_in(rds: Design) -> None:
    words = {"alb": "load balancer", "tasks": "tasks", "database": "database"}
    for network, _, inside, _ in table("network", "zone", "what is in it", "its way out")[1:]:
        named = {party for party, word in words.items() if word in inside}
        there = {
            place.party
            for place in topology.read(rds).places
            if place.subnet.network == IPv4Network(network)
        }
        assert named == there


def test_who_reaches_whom_is_what_is_computed(rds: Design) -> None:
    rows = [tuple(row) for row in table("from", "to", "on", "through the")]
    assert sorted(rows) == reachability.merged(reachability.flows(rds))


def settings(head: str) -> list[list[str]]:
    """The rows of all tables of settings that begin with this column."""
    found = [rows for columns, rows in tables() if columns == [head, "value", "set by"]]
    return [row for rows in found for row in rows]


@pytest.mark.parametrize(("head", "stack"), [("what", "rds"), ("Aurora", "aurora")])
def test_the_values_are_set_where_the_page_says(
    head: str, stack: str, request: pytest.FixtureRequest
) -> None:
    design: Design = request.getfixturevalue(stack)
    rows = settings(head)
    assert len(rows) >= 4
    for what, value, place in rows:
        kind, key = re.findall(r"`([^`]+)`", place)
        [resource] = [each for each in design.of_type(kind) if "Migration" not in each.path]
        assert shown(found(resource.properties, key)) == value.strip("`"), what


def shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def found(properties: Any, key: str) -> object:
    """The value under a dotted key; a name with a dot in it is a key of its own."""
    if key in properties:
        return properties[key]
    if "LoadBalancerAttributes" in properties:
        attributes = {each["Key"]: each["Value"] for each in properties["LoadBalancerAttributes"]}
        return attributes[key]
    first, _, rest = key.partition(".")
    inner = properties[int(first)] if isinstance(properties, list) else properties[first]
    return found(inner, rest) if rest else inner


def test_the_scaling_targets_are_those_of_the_template(rds: Design) -> None:
    policies = rds.of_type("AWS::ApplicationAutoScaling::ScalingPolicy")
    configurations = [
        each.properties["TargetTrackingScalingPolicyConfiguration"] for each in policies
    ]
    targets = {
        each["PredefinedMetricSpecification"]["PredefinedMetricType"]: each["TargetValue"]
        for each in configurations
    }
    [(cpu, memory)] = re.findall(
        r"CPU is over (\d+) % on average or their memory over (\d+) %",
        PAGE.read_text(encoding="utf-8").replace("\n", " "),
    )
    assert targets == {
        "ECSServiceAverageCPUUtilization": int(cpu),
        "ECSServiceAverageMemoryUtilization": int(memory),
    }


def test_the_stacks_are_those_of_the_page(rds: Design) -> None:
    rows = table("stack", "what is in it", "when it changes")
    assert {row[0].strip("`") for row in rows} == set(rds.templates)


def test_every_file_that_the_page_links_to_is_there() -> None:
    links = re.findall(r"\]\(((?!https:|#)[^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
