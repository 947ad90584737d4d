"""The design in another region, beside that in the default one; and what is outside both."""

import json
from collections.abc import Iterator

import pytest

from ishizue_ops import schemas
from ishizue_ops.config import WITHOUT_BUDGETS
from ishizue_ops.project import read
from ishizue_ops.template import nodes
from ishizue_ops.testing.designs import Assembly, Designs
from ishizue_ops.testing.reading import EDGE, only
from ishizue_ops.variables import REGIONS

OSAKA = {**EDGE, "REGION": "ap-northeast-3"}

OF_OTHERS = {"DBName", "DisplayName", "MetricName", "PolicyName"}
"""The names that are unique within a resource, or need not be."""


def names_of(designs: Designs, environ: dict[str, str], *, worldwide: bool) -> Iterator[str]:
    """The names that an account can have once, in the region or `worldwide`."""
    variables = {"DOMAIN": "example.com", **EDGE, **environ}
    names = read(variables).names
    design = designs("rds", variables.pop("DOMAIN"), **variables)
    edge = {names.cdn_stack, names.external_check_stack}
    yield from (*edge, names.own_bootstrap, names.own_limits)
    yield from () if worldwide else design.templates
    for resource in design.resources:
        in_account = resource.type.startswith(("AWS::IAM::", "AWS::CloudFront::"))
        if in_account or resource.stack in edge or not worldwide:
            for node in nodes(resource.properties):
                for key, name in node.items():
                    # Rules of a firewall are parts of it, and a header is no name of ours.
                    ours = isinstance(name, str) and "otes" in name and key not in OF_OTHERS
                    if key.endswith("Name") and ours:
                        yield name


@pytest.mark.slow
@pytest.mark.parametrize(
    "other", [OSAKA, {"DOMAIN": "staging.example.com", "ENVIRONMENT": "staging"}]
)
def test_another_deployment_of_an_account_shares_no_name_with_the_first(
    designs: Designs, other: dict[str, str]
) -> None:
    here, there = (
        {*names_of(designs, environ, worldwide="REGION" in other)} for environ in ({}, other)
    )
    assert len(there) > 8
    assert not here & there


def test_the_budget_is_in_us_east_1_where_cloudformation_has_none(designs: Designs) -> None:
    budget = only(designs("rds", "example.com", **OSAKA), "AWS::Budgets::Budget")
    assert budget.stack == "NotesApNortheast3Outside"
    without = [region for region in REGIONS if budget.type not in schemas.types(region)]
    assert without == [*WITHOUT_BUDGETS]


def test_what_requests_the_name_of_visitors_is_watched_where_route_53_says_it(
    assembly: Assembly, designs: Designs
) -> None:
    """Elsewhere the alarm would never have a value; a wrong name would be one at once."""
    folder = assembly("rds", OUTSIDE_CHECK="on")
    artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"]
    assert artifacts["NotesOutside"]["environment"].endswith("/us-east-1")
    design = designs("rds", OUTSIDE_CHECK="on")
    alarm = only(design, "AWS::CloudWatch::Alarm", "Unreachable")
    [dimension] = alarm.properties["Dimensions"]
    check = only(design, "AWS::Route53::HealthCheck")
    assert design.resolve(dimension["Value"], alarm.stack) == check
