"""docs/operations.md speaks of what is there: alarms, names, variables, commands, other pages."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.infra.aws_commands import commands, complaints
from tests.infra.conftest import Designs
from tests.infra.reading import only

from infra.report.template import Design
from infra.variables import VARIABLES
from kirosample.settings import OPTIONS
from kirosample.telemetry.messages import as_json
from kirosample.telemetry.request_log import RequestLog

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
DATABASES = ("rds", "aurora", "none")
VARIABLE = re.compile(r"`?\b([A-Z]+(?:_[A-Z]+)+|TASKS|DOMAIN|DATABASE|WAF)=")
COMMANDS = {"filter", "stats", "fields", "sort", "limit"}
OPERATORS = {"by", "as", "and", "or", "count", "pct", "desc"}
"""Of CloudWatch Logs Insights, as far as the page uses them."""


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


def test_a_lost_zone_s_tasks_are_out_when_the_page_says(every_design: list[Design]) -> None:
    """Lost just after an answer: the checks that fail begin an interval apart, the first after one.

    From a zone that is gone nothing comes back, so the last one fails by its time-out.
    """
    page = re.search(r"gives a zone's tasks no more requests .* at most (\d+) s;", TEXT, re.DOTALL)
    assert page
    for design in every_design:
        group = only(design, "AWS::ElasticLoadBalancingV2::TargetGroup").properties
        checks = group["HealthCheckIntervalSeconds"] * group["UnhealthyThresholdCount"]
        assert int(page[1]) == checks + group["HealthCheckTimeoutSeconds"]


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
    known = {variable.name for variable in VARIABLES} | {option.name for option in OPTIONS}
    known |= {"IMAGE_DIGEST", "DEPLOY_ROLE_ARN"}
    shell = {"AWS_REGION", "AWS_PAGER"}
    named = set(VARIABLE.findall(TEXT)) | set(re.findall(r"`([A-Z]+_[A-Z_]+)`", TEXT))
    assert named - shell <= known


def test_each_question_to_the_log_is_about_what_is_in_its_lines() -> None:
    lines: list[str] = []
    RequestLog(lines.append, metrics=None).answered("GET", "/", 200, 0, 0, "network", "trace")
    message = as_json(datetime.now(UTC), "ERROR", "", {"traceback": ""})
    logged = {name for line in (*lines, message) for name in json.loads(line)}
    questions = re.findall(r"^ask '(.+)'$", TEXT, re.MULTILINE)
    assert len(questions) > 3
    for question in questions:
        words = set(re.findall(r"[a-z_]\w*", re.sub(r'"[^"]*"', "", question)))
        named = words - COMMANDS - OPERATORS - set(re.findall(r" as (\w+)", question))
        assert named, question
        assert named <= logged, question


@pytest.mark.parametrize("block", BLOCKS)
def test_each_command_is_one_that_a_shell_understands(block: str) -> None:
    parsed = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, timeout=20)
    assert (parsed.returncode, parsed.stderr) == (0, ""), block


def test_each_call_of_aws_is_one_that_its_command_line_knows() -> None:
    calls = [words for block in BLOCKS for words in commands(block)]
    assert len(calls) == sum(len(re.findall(r"\baws [a-z]", block)) for block in code_alone())
    for words in calls:
        assert complaints(words) == [], words
    for mentioned in re.findall(r"`(aws [^`]+)`", TEXT):
        [words] = commands(mentioned.replace("\n", " "))
        assert complaints(words, whole=False) == [], words


def code_alone() -> list[str]:
    return [re.sub(r"(^|\s)#.*", "", block, flags=re.MULTILINE) for block in BLOCKS]


@pytest.mark.parametrize(
    ("call", "refused"),
    [
        ("aws ecs wait services-stable --cluster c --services s", []),
        ("aws ecs wait services-stable --cluster c", ["services"]),
        ("aws ecs wait service-is-stable --services s", ["ecs wait service-is-stable"]),
        ("aws rds alter-db-instance", ["rds alter-db-instance"]),
        ("aws rdb describe-db-instances", ["rdb describe-db-instances"]),
        ("aws rds describe-db-instances --not-a-flag x --output json", ["not-a-flag"]),
        ('x=$(aws rds describe-db-instances --db "$(y)" | jq -r --raw x) && z', ["db"]),
        ("aws rds modify-db-instance --db-instance-identifier x --no-multi-az", []),
        ("aws rds modify-db-instance --db-instance-identifier x --no-engine", ["no-engine"]),
        ("aws logs tail group --till now", ["till"]),
    ],
)
def test_what_aws_does_not_know_is_noticed(call: str, refused: list[str]) -> None:
    [words] = commands(call)
    assert complaints(words) == refused


@pytest.mark.external
def test_settings_are_set_again_as_they_were_deployed(tmp_path: Path) -> None:
    """Also those that a shell would take for more than a word."""
    if not shutil.which("jq"):
        pytest.skip("there is no jq here")
    deployed = {"DOMAIN": "example.com", "PRIVATE_CIDRS": "10.0.11.0/24, 10.0.12.0/24"}
    aws = tmp_path / "aws"
    aws.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(deployed)}\nEND\n")
    aws.chmod(0o755)
    [functions] = [block for block in BLOCKS if "settings() {" in block]
    ran = subprocess.run(
        ["bash", "-c", f'{functions}\nsettings && printf "%s\\n" "$DOMAIN" "$PRIVATE_CIDRS"'],
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert ran.stdout.splitlines() == list(deployed.values()), ran.stderr


def test_each_link_leads_somewhere() -> None:
    titles = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    links = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert links
    for link in links:
        file, _, anchor = link.partition("#")
        assert not file or (PAGE.parent / file).exists(), link
        assert file or anchor in anchors, link
