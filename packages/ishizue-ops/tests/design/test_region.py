"""The design in another region, beside that in the default one."""

from collections.abc import Iterator

from ishizue_ops import schemas
from ishizue_ops.config import WITHOUT_BUDGETS
from ishizue_ops.project import read
from ishizue_ops.template import Design, nodes
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import EDGE, only
from ishizue_ops.variables import REGIONS

OWN = {**EDGE, "BOOTSTRAP": "own"}
OSAKA = {**OWN, "REGION": "ap-northeast-3"}


def names_of(design: Design, environ: dict[str, str]) -> Iterator[str]:
    """The names that an account can have once, in whatever region, and those in us-east-1."""
    names = read(environ).names
    edge = {names.cdn_stack, names.external_check_stack}
    yield from (*edge, names.qualifier, names.bootstrap_stack)
    for resource in design.resources:
        if resource.stack in edge or resource.type.startswith(("AWS::IAM::", "AWS::CloudFront::")):
            for node in nodes(resource.properties):
                for key in ("ManagedPolicyName", "RoleName", "Name", "LogGroupName"):
                    # Rules of a firewall are parts of it, and a header is no name of ours.
                    if isinstance(name := node.get(key), str) and "otes" in name:
                        yield name


def test_a_second_region_of_an_account_shares_no_name_with_the_first(designs: Designs) -> None:
    here = {*names_of(designs("rds", "example.com", **OWN), {"DOMAIN": "example.com", **OWN})}
    there = {*names_of(designs("rds", "example.com", **OSAKA), {"DOMAIN": "example.com", **OSAKA})}
    assert len(there) > 8
    assert not here & there


def test_cloudfront_s_addresses_are_the_region_s(designs: Designs) -> None:
    lists = {
        rule["SourcePrefixListId"]
        for environ in (OWN, OSAKA)
        for node in designs("rds", "example.com", **environ).of_type("AWS::EC2::SecurityGroup")
        for rule in node.properties.get("SecurityGroupIngress", ())
        if "SourcePrefixListId" in rule
    }
    assert lists == {"pl-58a04531", "pl-31a14458"}


def test_the_budget_is_in_us_east_1_where_cloudformation_has_none(designs: Designs) -> None:
    budget = only(designs("rds", "example.com", **OSAKA), "AWS::Budgets::Budget")
    assert budget.stack == "NotesApNortheast3Outside"
    without = [one for one in REGIONS if not schemas.exists(budget.type, one)]
    assert without == [*WITHOUT_BUDGETS]
