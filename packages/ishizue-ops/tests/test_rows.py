"""Every setting with every other: rows of settings, and what must hold of each one's design.

A row is synthesized, checked, priced, drawn and planned.
"""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from ipaddress import IPv4Network
from itertools import combinations, product
from pathlib import Path

import pytest
from tests.working import working

from infra.product import PRODUCT
from ishizue_ops import config as settings
from ishizue_ops.checks.__main__ import findings
from ishizue_ops.checks.plan.changes import findings as lost
from ishizue_ops.checks.plan.changes import plan
from ishizue_ops.config import Config, ConfigError
from ishizue_ops.cost import book
from ishizue_ops.cost.charges import Month, Size
from ishizue_ops.cost.estimate import bill
from ishizue_ops.deploy.release.stacks import refuse_commands
from ishizue_ops.drawing.contents import DrawingError
from ishizue_ops.product import Networks, Product
from ishizue_ops.project import read
from ishizue_ops.synth import synthesize
from ishizue_ops.template import Design, load
from ishizue_ops.testing.drawn import unfounded
from ishizue_ops.testing.rows import SAMPLES, UNSET, Row, rows
from ishizue_ops.variables import VARIABLES

BOOK = book.load()
UNDRAWN = "tasks with public addresses are not drawn behind CloudFront"
SIZES = {
    "AWS::IAM::Role": (2048, "AssumeRolePolicyDocument"),
    "AWS::IAM::Policy": (10240, "PolicyDocument"),
    "AWS::IAM::ManagedPolicy": (6144, "PolicyDocument"),
    "AWS::SNS::TopicPolicy": (30720, "PolicyDocument"),
    "AWS::S3::BucketPolicy": (20480, "PolicyDocument"),
    "AWS::KMS::Key": (32768, "KeyPolicy"),
}
"""The characters that each policy may have (quotas of IAM, SNS, S3 and KMS)."""


@pytest.fixture(scope="module")
def pairs() -> list[Row]:
    return rows()


def test_every_variable_has_samples_that_set_its_field(pairs: list[Row]) -> None:
    assert [*SAMPLES] == [variable.name for variable in VARIABLES]
    made = [read(row) for row in pairs]
    usual = read({})
    for field in fields(Config):
        if field.name not in ("product", "explicit"):
            assert {str(getattr(config, field.name)) for config in made} > {
                str(getattr(usual, field.name))
            }, field.name


def test_every_pair_of_values_is_in_a_row_or_refused_in_one_line(pairs: list[Row]) -> None:
    values = [[(name, text) for text in (UNSET, *SAMPLES[name])] for name in SAMPLES]
    every = {pair for two in combinations(values, 2) for pair in product(*two)}
    made = [{**dict.fromkeys(SAMPLES, UNSET), **row} for row in pairs]
    covered = {pair for row in made for pair in combinations(row.items(), 2)}
    assert len(covered) > 0.99 * len(every)
    for pair in every - covered:
        with pytest.raises(ConfigError, match="|".join(dict(pair))) as refused:
            read(dict(pair))
        assert "\n" not in str(refused.value)


NETWORKS = Networks(
    vpc=IPv4Network("10.8.0.0/20"),
    public=(IPv4Network("10.8.0.0/26"), IPv4Network("10.8.0.64/26")),
    private=(IPv4Network("10.8.4.0/27"), IPv4Network("10.8.5.0/24")),
)

BESIDE = ("DATABASE", "NAT_GATEWAYS", "CDN")
"""The settings that change what workers and jobs are beside."""


@pytest.mark.slow
@pytest.mark.parametrize("web", [True, False])
def test_workers_and_jobs_go_with_every_pair_of_what_they_are_beside(
    web: bool, tmp_path: Path
) -> None:
    beside = replace(working(web=web), networks=NETWORKS)
    assert [*complaints(rows(2, BESIDE, beside), beside, tmp_path)] == []


@pytest.mark.slow
@pytest.mark.parametrize("strength", [2, pytest.param(3, marks=pytest.mark.long)])
def test_every_combination_of_settings_can_be_deployed(strength: int, tmp_path: Path) -> None:
    assert [*complaints(rows(strength), PRODUCT, tmp_path)] == []


def complaints(chosen: list[Row], service: Product, folder: Path) -> Iterator[str]:
    """What is wrong with the design of each row."""
    for row in chosen:
        config = settings.read(row, service)
        assembly = synthesize(config, folder / "cdk.out")
        refuse_commands(assembly)
        for line in of_design(config, load(assembly)):
            yield f"{line} ({row})"


def of_design(config: Config, design: Design) -> Iterator[str]:
    yield from findings(design, config)
    yield from map(str, lost(Design({}), design))
    yield from _sizes(design)
    yield from _unexported(design)
    for end in Size:
        yield from map(str, bill(Month(design, tasks=end), BOOK).unpriced)
    yield from _drawing(design)
    if plan(design, design):
        yield "a plan from the design to itself"


def _unexported(design: Design) -> Iterator[str]:
    """A service imports public or private subnets: CloudFormation removes no export in use."""
    exports = str([output.get("Export", {}).get("Name") for *_, output in design.outputs])
    for subnet in design.of_type("AWS::EC2::Subnet"):
        if subnet.logical_id not in exports:
            yield f"{subnet.name} is not exported: NAT gateways could not come or go"


def _sizes(design: Design) -> Iterator[str]:
    for policy in design.of_type(*SIZES):
        most, key = SIZES[policy.type]
        size = len(json.dumps(policy.properties[key], separators=(",", ":")))
        if size > most:
            yield f"{policy.name}: a policy of {size} characters, of at most {most}"


def _drawing(design: Design) -> Iterator[str]:
    try:
        yield from unfounded(design, PRODUCT)
    except DrawingError as error:
        if str(error) != UNDRAWN:
            yield str(error)
