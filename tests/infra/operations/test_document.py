"""docs/operations.md names what exists: alarms, resources, outputs, variables, commands."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import botocore.session
import pytest

from infra.checks.template import Design
from infra.names import Names
from infra.variables import VARIABLES
from kirosample.settings import OPTIONS
from kirosample.telemetry.messages import as_json
from kirosample.telemetry.request_log import RequestLog
from tests.infra.conftest import Designs
from tests.infra.operations.aws_commands import commands, complaints
from tests.infra.reading import only
from tools.postgres import embedded_server, fetch

PAGE = "docs/operations.md"
TEXT = (Path(__file__).parents[3] / PAGE).read_text(encoding="utf-8")
WORKFLOW = (Path(__file__).parents[3] / ".github/workflows/release.yml").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
DATABASES = ("rds", "aurora", "none")
VARIABLE = re.compile(r"`?\b([A-Z]+(?:_[A-Z]+)+|TASKS|DOMAIN|DATABASE|WAF)=")
COMMANDS = {"filter", "stats", "fields", "sort", "limit"}
OPERATORS = {"by", "as", "and", "or", "count", "pct", "desc"}
"""The words of CloudWatch Logs Insights that the page uses."""


@pytest.fixture(scope="module")
def every_design(designs: Designs) -> list[Design]:
    github = {"GITHUB_REPOSITORY": "owner/name"}
    return [
        *(designs(database, "example.com", **github) for database in DATABASES),
        designs("none", "example.com", **github, OUTSIDE_CHECK="on"),
        designs("rds", "example.com", **github, CDN="on"),
        designs("rds", "example.com", **github, BACKUP_COPY_REGION="ap-northeast-3"),
    ]


ALARM_SECTIONS = dict(
    re.findall(
        r"^### (\w+)\n\*\*(.+)\.\*\*$",
        TEXT.split("\n## When an alarm fires\n")[1].split("\n## ")[0],
        re.MULTILINE,
    )
)
"""When to act, by the alarm's name."""


STACKS = {"state": Names().state_stack, "service": Names().service_stack}


def alarms(design: Design) -> Iterator[tuple[str, str]]:
    """The names of the alarms that notify somebody, and their descriptions."""
    for alarm in design.of_type("AWS::CloudWatch::Alarm"):
        if "AlarmActions" not in alarm.properties:
            continue
        match = re.fullmatch(r".*/(\w+)Alarm", alarm.name)
        assert match, alarm.name
        yield match[1], alarm.properties["AlarmDescription"]


def test_every_alarm_has_its_section_and_every_section_an_alarm(every_design: list[Design]) -> None:
    named = {name for design in every_design for name, _ in alarms(design)}
    assert ALARM_SECTIONS.keys() == named | {"Budget"}
    for name in ALARM_SECTIONS:
        section = TEXT.split(f"\n### {name}\n")[1].split("\n##")[0]
        assert "```sh\n" in section, f"{name} has no command"


def test_an_alarm_says_when_to_act_and_links_to_its_section(
    designs: Designs, every_design: list[Design]
) -> None:
    """The heading's anchor is GitHub's; AWS limits a description."""
    limit = (
        botocore.session.get_session()
        .get_service_model("cloudwatch")
        .operation_model("PutMetricAlarm")
        .input_shape.members["AlarmDescription"]
        .metadata["max"]
    )
    pages = {"https://github.com/owner/name/blob/main/": every_design, "": [designs()]}
    for home, described in pages.items():
        for name, description in (alarm for design in described for alarm in alarms(design)):
            urgency = ALARM_SECTIONS[name].lower()
            assert description.endswith(f". Act {urgency}: {home}{PAGE}#{name.lower()}")
            assert len(description) <= limit


def test_a_lost_zones_tasks_are_out_of_rotation_within_the_stated_time(
    every_design: list[Design],
) -> None:
    """At worst the zone fails just after a check; the last failing check then takes its timeout."""
    page = re.search(r"stops using the zone's tasks within (\d+) s", TEXT)
    assert page
    for design in every_design:
        group = only(design, "AWS::ElasticLoadBalancingV2::TargetGroup").properties
        checks = group["HealthCheckIntervalSeconds"] * group["UnhealthyThresholdCount"]
        assert int(page[1]) == checks + group["HealthCheckTimeoutSeconds"]


def test_every_output_used_exists(every_design: list[Design]) -> None:
    assert (
        re.findall(r"(?<![-\w])(?:output|resource) (?!state |service )\w+", "".join(BLOCKS)) == []
    )
    named = set(re.findall(r"\boutput (state|service) (\w+)", TEXT))
    secrets = set(re.findall(r"(?:in|change)_secret (\w+)", TEXT))
    assert (len(named) > 5, len(secrets)) == (True, 2)
    named |= {("state", name) for name in secrets}
    for stack, name in named:
        templates = [design.templates[STACKS[stack]] for design in every_design]
        assert any(name in template["Outputs"] for template in templates), (stack, name)


def test_every_resource_used_is_unambiguous(every_design: list[Design]) -> None:
    named = re.findall(r"\bresource (state|service) (AWS::\S+) (\w+)", TEXT)
    assert len(named) > 5
    for stack, type_, beginning in named:
        found = {
            resource
            for design in every_design
            for resource in design.of_type(type_)
            if resource.stack == STACKS[stack] and resource.logical_id.startswith(beginning)
        }
        assert len(found) == 1, (stack, type_, beginning, found)
    # DescribeStackResources returns no more than the first hundred.
    for template in (template for design in every_design for template in design.templates.values()):
        assert len(template["Resources"]) <= 100


def test_every_variable_named_exists() -> None:
    known = {variable.name for variable in VARIABLES} | {option.name for option in OPTIONS}
    known |= {"IMAGE_DIGEST", *re.findall(r"\bvars\.(\w+)", WORKFLOW)}
    makefile = (Path(__file__).parents[3] / "Makefile").read_text(encoding="utf-8")
    known |= set(re.findall(r"\b([A-Z_]+)=…", makefile))
    shell = {"AWS_REGION", "AWS_PAGER"}
    named = set(VARIABLE.findall(TEXT)) | set(re.findall(r"`([A-Z]+_[A-Z_]+)`", TEXT))
    named = {name for name in named if not name.startswith("SERVICE_")}  # ECS's events
    assert named - shell <= known


def test_every_log_query_uses_fields_of_the_log() -> None:
    lines: list[str] = []
    RequestLog(lines.append, metrics=None).record("GET", "/", 200, 0, 0, "network", "trace")
    message = as_json(datetime.now(UTC), "ERROR", "", {"traceback": ""})
    logged = {name for line in (*lines, message) for name in json.loads(line)}
    questions = re.findall(r"\bask '(.+?)'", TEXT)
    assert len(questions) > 3
    for question in questions:
        words = set(re.findall(r"[a-z_]\w*", re.sub(r'"[^"]*"', "", question)))
        named = words - COMMANDS - OPERATORS - set(re.findall(r" as (\w+)", question))
        assert named, question
        assert named <= logged, question


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_parses_as_bash(block: str) -> None:
    parsed = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, timeout=20)
    assert (parsed.returncode, parsed.stderr) == (0, ""), block


def test_every_aws_call_matches_its_service_definition() -> None:
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
        ("aws ecs run-task --task-definition t --launch-type FARGAT", ["launch-type: FARGAT"]),
        ("aws ecs describe-services --services a b", []),
        ("aws ecs describe-services --services", ["services takes values"]),
        ("aws ssm get-parameter --name a b", ["name takes one value"]),
        ("aws ecs run-task --task-definition t --count two", ["count: two"]),
        (
            "aws rds modify-db-instance --db-instance-identifier x --multi-az yes",
            ["multi-az takes no value"],
        ),
        (
            "aws ecs run-task --task-definition t --network-configuration awsvpc={}",
            ["network-configuration: awsvpc"],
        ),
        (
            """aws ecs run-task --task-definition t --overrides '{"command":"$x"}'""",
            ["overrides: command"],
        ),
        ("aws ssm get-parameter --name a --output txt", ["output ['txt']"]),
        ("aws ssm get-parameter --name a --query Parameter.Valu", ["query: Parameter has no Valu"]),
        ("aws ssm get-parameter --name a --query 'Parameter[0]'", ["query: Parameter is no list"]),
        (
            """aws ecs describe-services --services x --query "services[?nme=='$1'].id" """,
            ["query: Service has no nme"],
        ),
        (
            "aws ecr describe-images --repository-name r --query 'sort_by(imageDetails, &at)[:2]'",
            ["query: ImageDetail has no at"],
        ),
        ("x=1 aws ecs list-tasks --query 'taskArns[:2]' 2>&1 >/dev/null", []),
    ],
)
def test_an_unknown_aws_operation_or_option_is_found(call: str, refused: list[str]) -> None:
    [words] = commands(call)
    assert complaints(words) == refused


def test_a_call_within_a_call_is_found() -> None:
    script = """f() { a=1; } # aws no call
    case $x in *.y) aws s3 cp "$(aws sts get-caller-identity)" b >/dev/null ;; esac"""
    assert commands(script) == [["sts", "get-caller-identity"], ["s3", "cp", "…", "b"]]


@pytest.mark.slow
def test_every_question_to_the_database_is_answered() -> None:
    asked = re.findall(r'psql -c "((?:[^"\\]|\\.)*)"', "".join(BLOCKS))
    assert len(asked) > 3
    with embedded_server() as server:
        for question in asked:
            fetch(server, question.replace('\\"', '"'))


@pytest.mark.external
def test_settings_sets_the_deployed_values(tmp_path: Path) -> None:
    """Values with spaces too."""
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
