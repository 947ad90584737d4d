"""Workers and jobs: how they roll, who reaches them, what tells of them, and what they need."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.working import DELIVER, MAIL, PURGE, designed, working

from infra.product import PRODUCT
from ishizue_ops import config
from ishizue_ops.checks.plan.changes import findings as lost
from ishizue_ops.config import Config, ConfigError
from ishizue_ops.deploy import quota
from ishizue_ops.runbook.__main__ import render
from ishizue_ops.template import Design
from ishizue_ops.testing.aws_cli import complaints, run
from ishizue_ops.testing.reading import only

SERVICE = "AWS::ECS::Service"
TASK = "AWS::ECS::TaskDefinition"


@pytest.fixture(scope="module")
def design() -> Design:
    return designed("with", "DATABASE=rds")[1]


def test_a_worker_is_stopped_before_its_successor_starts_once_the_service_stands(
    design: Design,
) -> None:
    serving = only(design, SERVICE, "Service/Service/Service")
    for name in ("Deliver", "MailOut"):
        worker = only(design, SERVICE, f"Worker{name}/")
        deployment = worker.properties["DeploymentConfiguration"]
        assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (0, 100)
        assert serving.logical_id in worker.raw["DependsOn"]
        task = design.resolve(worker.properties["TaskDefinition"], worker.stack)
        assert task
        [container] = task.properties["ContainerDefinitions"]
        # It has no pages that its check could try.
        assert "SMOKE_TEST" not in {setting["Name"] for setting in container["Environment"]}
        secrets = {setting["Name"] for setting in container["Secrets"]}
        assert {"NOTES_COOKIE_KEYS", "NOTES_DB_PASSWORD"} <= secrets
    fixed, scaled = (only(design, SERVICE, path).properties for path in ("MailOut/", "Deliver/"))
    assert (fixed.get("DesiredCount"), scaled.get("DesiredCount")) == (1, None)


@pytest.mark.parametrize("database", ["rds", "aurora", "none"])
def test_the_last_worker_and_job_go_as_they_came(database: str) -> None:
    """The state is deployed first: an export of it would be in use."""
    products = "without", "with", "after"
    before, during, after = (designed(each, f"DATABASE={database}")[1] for each in products)
    assert lost(before, during) == lost(during, after) == []


def test_without_requests_there_is_nothing_of_visitors() -> None:
    _, alone = designed("alone", "DATABASE=rds")
    types = {resource.type for resource in alone.resources}
    assert not [
        kind for kind in types if re.search("LoadBalanc|Certificate|CloudFront|S3::B", kind)
    ]
    watched = json.dumps([alarm.properties for alarm in alone.of_type("AWS::CloudWatch::Alarm")])
    assert "ApplicationELB" not in watched
    assert "MissingWorkers" in json.dumps([resource.path for resource in alone.resources])
    for name, text in {"DOMAIN": "example.com", "CDN": "on", "MAX_TASKS": "3"}.items():
        with pytest.raises(ConfigError, match=f"^{name}={text}: Notes serves no requests"):
            config.read({name: text}, working(web=False))


# Events


def matches(pattern: Any, value: Any) -> bool:
    """Whether a value is as an event pattern says; a list is if one of its items is."""
    if isinstance(value, list):
        return any(matches(pattern, item) for item in value)
    if isinstance(pattern, list):
        return any(_is(wanted, value) for wanted in pattern)
    either = pattern.get("$or")
    return all(
        key in value and matches(inner, value[key])
        for key, inner in pattern.items()
        if key != "$or"
    ) and (either is None or any(matches(option, value) for option in either))


def _is(wanted: Any, value: Any) -> bool:
    match wanted:
        case {"prefix": beginning}:
            return str(value).startswith(beginning)
        case {"anything-but": other}:
            return bool(value != other)
        case _:
            return bool(wanted == value)


EXITED = "EssentialContainerExited"
FAILED = "TaskFailedToStart"


@pytest.mark.parametrize(
    ("group", "code", "exit_code", "told"),
    [
        ("job", EXITED, 0, []),
        ("job", EXITED, 1, ["Failed"]),
        ("job", EXITED, 137, ["Failed"]),
        ("job", FAILED, None, ["Failed"]),
        ("job", "UserInitiated", 143, ["Failed"]),
        ("service:worker", EXITED, 0, ["Task"]),
        ("service:worker", FAILED, None, ["Task"]),
        ("service:worker", "ServiceSchedulerInitiated", 0, []),
    ],
)
def test_a_job_that_ends_with_anything_but_0_is_told_once(
    design: Design, group: str, code: str, exit_code: int | None, told: list[str]
) -> None:
    family = only(design, TASK, "JobPurge/").properties["Family"]
    ended = {"name": "it"} if exit_code is None else {"name": "it", "exitCode": exit_code}
    cluster = only(design, "AWS::ECS::Cluster", "Service/Service/").logical_id
    detail = {
        "clusterArn": {"Fn::GetAtt": [cluster, "Arn"]},
        "group": f"family:{family}" if group == "job" else group,
        "lastStatus": "STOPPED",
        "stopCode": code,
        "stoppedReason": "Scaling activity",
        "containers": [ended],
    }
    event = {"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": detail}
    rules = design.of_type("AWS::Events::Rule")
    paths = [rule.path for rule in rules if matches(rule.properties["EventPattern"], event)]
    assert [path.split("/")[-2] for path in paths] == told


def test_each_service_s_releases_are_told_and_each_alarm_has_its_metric(design: Design) -> None:
    rule = only(design, "AWS::Events::Rule", "Events/Service").properties["EventPattern"]
    stack = only(design, SERVICE, "MailOut/").stack
    assert design.resolve_all(rule["resources"], stack) == design.of_type(SERVICE)
    not_started = only(design, "AWS::CloudWatch::Alarm", "JobNotStarted").properties
    group = only(design, "AWS::Scheduler::ScheduleGroup").properties["Name"]
    assert not_started["Dimensions"] == [{"Name": "ScheduleGroup", "Value": group}]
    assert not_started["MetricName"] == "InvocationDroppedCount"


def test_a_job_that_is_due_during_a_release_may_run_either_revision(design: Design) -> None:
    role = only(design, "AWS::IAM::Policy", "JobPurge/SchedulerRole/")
    run = next(
        statement
        for statement in role.properties["PolicyDocument"]["Statement"]
        if statement["Action"] == "ecs:RunTask"
    )
    family = only(design, TASK, "JobPurge/").properties["Family"]
    *_, resource = run["Resource"]["Fn::Join"][1]
    assert resource.endswith(f":task-definition/{family}:*")


# Shares


def test_connections_and_quotas_count_workers_and_jobs_and_name_each_share() -> None:
    product = working()
    # 2 x 3 tasks x 3 and 2 x 2 of the workers, and the job's: 63 - 23 leave six tasks.
    assert config.read({}, product).max_tasks == 6
    assert config.read({"DATABASE": "none"}, product).max_tasks == 10
    with pytest.raises(ConfigError, match=r"65 .*tasks 42, deliver 18, mail-out 4, purge 1.*6 tas"):
        config.read({"MAX_TASKS": "7"}, product)
    many = replace(product, web=False, workers=(replace(MAIL, connections=40),))
    with pytest.raises(ConfigError, match=r"Notes needs 81 .*mail-out 80, purge 1.*DATABASE=none"):
        config.read({}, many)
    needed = quota.need(Config(product=product, max_tasks=4), most=True)
    assert needed == {"tasks": 8, "deliver": 3, "mail-out": 0.5, "purge": 0.25, "one-off": 0.25}
    assert "deliver 3, mail-out 0.5" in str(quota.advice(config.read({}, product), allowed=100))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: replace(DELIVER, name="Deliver"), "small letters"),
        (lambda: replace(DELIVER, command="work"), "tuple of words"),  # type: ignore[arg-type]
        (lambda: replace(DELIVER, metric=None), "need each other"),
        (lambda: replace(DELIVER, min_tasks=0), "at least 1"),
        (lambda: replace(PURGE, schedule="0 3 * * *"), "cron"),
        (lambda: replace(PURGE, time_zone="Asia/Tokio"), "Asia/Tokio"),
        (lambda: replace(PRODUCT, workers=(MAIL, MAIL)), "mail-out"),
        (lambda: replace(PRODUCT.alarms[0], periods=1441), "LongQueue: CloudWatch takes no 1441"),
        (lambda: replace(PRODUCT.alarms[0], periods=25, minutes=59), "takes no 25 periods of 59"),
        (lambda: replace(PRODUCT.alarms[0], periods=169, minutes=60), "takes no 169 periods"),
        (lambda: replace(PRODUCT, web=False), "workers or jobs"),
        (lambda: config.read({}, replace(PRODUCT, workers=(replace(MAIL, cpu=300),))), "cpu=300"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(wrong: Any, said: str) -> None:
    with pytest.raises((ValueError, ConfigError), match=said) as refused:
        wrong()
    assert "\n" not in str(refused.value)


# For the operator


def test_the_runbook_has_sections_of_what_the_product_has() -> None:
    own = {Path(f"infra/runbook{end}.md"): "### LongQueue\n### NoNotes\n" for end in ("", ".ja")}
    japanese = replace(PRODUCT.words, language="ja")
    for product, headings in (
        (replace(working(), words=japanese, large_bodies=("/hooks",)), 1),
        (replace(PRODUCT, words=japanese), 0),
    ):
        pages = render(product, own)
        for page in ("operations.md", "operations.ja.md"):
            text = pages[Path("docs", page)]
            for heading in ("### MissingWorkers", "### JobNotStarted", "### BlockedRequests"):
                assert text.count(heading) == headings
            assert not re.search("@[A-Za-z]+@", text)
            assert len(re.findall(r"^## .*(?:Jobs|ジョブ)$", text, re.MULTILINE)) == headings


@pytest.mark.slow
@pytest.mark.external
@pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq here")
def test_the_operator_runs_a_job_as_its_schedule_does() -> None:
    text = Path(render.__code__.co_filename).with_name("jobs.md").read_text("utf-8")
    block = text.rpartition("```sh\n")[2].removesuffix("```\n").replace("job=…", "job=Purge")
    network = {"Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"], "AssignPublicIp": "DISABLED"}
    parameters = {
        "TaskDefinitionArn": "task:7",
        "NetworkConfiguration": {"awsvpcConfiguration": network},
    }
    target = {"Target": {"Arn": "cluster", "EcsParameters": parameters}}
    done = run(f"resource() {{ echo $3; }}\n{block}", {"scheduler get-schedule": target})
    assert done.code == 0, done.said
    assert [complaints(words) for words in done.calls] == [[], []]
    given = done.options("run-task")
    assert (given["cluster"], given["task-definition"]) == ("cluster", "task:7")
    lowered = {key[0].lower() + key[1:]: value for key, value in network.items()}
    assert json.loads(given["network-configuration"]) == {"awsvpcConfiguration": lowered}
