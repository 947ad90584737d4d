"""docs/operations.md speaks of what is there: alarms, names, variables, commands, other pages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.infra.conftest import Designs

from infra.report.template import Design
from infra.variables import VARIABLES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations.md"
TEXT = PAGE.read_text(encoding="utf-8")
DATABASES = ("rds", "aurora", "none")
VARIABLE = re.compile(r"`?\b([A-Z]+(?:_[A-Z]+)+|TASKS|DOMAIN|DATABASE|WAF)=")


@pytest.fixture(scope="module")
def every_design(designs: Designs) -> list[Design]:
    return [
        designs(database, "example.com", GITHUB_REPOSITORY="owner/name") for database in DATABASES
    ]


def alarms(design: Design) -> Iterator[str]:
    """The words by which the page calls them."""
    for alarm in design.of_type("AWS::CloudWatch::Alarm"):
        match = re.fullmatch(r".*/(\w+)Alarm", alarm.name)
        assert match, alarm.name
        yield match[1]
    for _ in design.of_type("AWS::Budgets::Budget"):
        yield "Budget"


def test_every_alarm_has_its_section_and_every_section_an_alarm(
    every_design: list[Design],
) -> None:
    section = TEXT.split("\n## When an alarm comes\n")[1].split("\n## ")[0]
    described = re.findall(r"^### (\w+)$", section, re.MULTILINE)
    assert set(described) == {name for design in every_design for name in alarms(design)}
    assert len(described) == len(set(described))


def test_each_output_that_a_command_asks_for_is_there(every_design: list[Design]) -> None:
    asked = set(re.findall(r"\$\(output (KiroSample\w+) (\w+)\)", TEXT))
    assert asked
    with_database = every_design[0]
    for stack, name in asked:
        assert name in with_database.templates[stack]["Outputs"], (stack, name)


def test_each_resource_that_a_command_asks_for_is_one(every_design: list[Design]) -> None:
    asked = re.findall(r"resource (KiroSample\w+) (AWS::\S+) (\w+)", TEXT)
    assert len(asked) > 5
    for stack, type_, beginning in asked:
        found = {
            resource
            for design in every_design
            for resource in design.of_type(type_)
            if resource.stack == stack and resource.logical_id.startswith(beginning)
        }
        assert len(found) == 1, (stack, type_, beginning, found)


def test_each_variable_and_each_make_target_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)\b", TEXT, re.MULTILINE)) <= targets
    known = {variable.name for variable in VARIABLES} | {"IMAGE_DIGEST", "DEPLOY_ROLE_ARN"}
    shell = {"AWS_REGION", "AWS_PAGER"}
    named = set(VARIABLE.findall(TEXT)) | set(re.findall(r"`([A-Z]+_[A-Z_]+)`", TEXT))
    assert named - shell <= known


def test_each_link_leads_somewhere() -> None:
    titles = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    links = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert links
    for link in links:
        file, _, anchor = link.partition("#")
        assert not file or (PAGE.parent / file).exists(), link
        assert file or anchor in anchors, link
