"""Releases: rolling or as a canary, taken back on alarms, and what ECS tells of them."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from botocore.loaders import Loader
from tests.deploy.aws import Account
from tests.design.test_alarms import Minute, fires

from ishizue_ops.design.rollout import alarms, events, smoke_test_function
from ishizue_ops.template import Design, Resource
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import only

DEPLOYMENT_STAGES = Loader().load_service_model("ecs", "service-2")["shapes"][
    "ServiceDeploymentLifecycleStage"
]["enum"]
"""The stages of a deployment, in ECS's order."""


@pytest.fixture(params=["", "example.com"], ids=["http", "https"])
def canary(request: pytest.FixtureRequest, designs: Designs) -> Design:
    return designs("rds", request.param, DEPLOYMENT="canary")


def service(design: Design) -> Resource:
    return only(design, "AWS::ECS::Service")


# Alarms


def test_a_service_is_taken_back_on_alarms_that_do_not_depend_on_it(design: Design) -> None:
    deployed = service(design)
    watched = deployed.properties["DeploymentConfiguration"]["Alarms"]
    assert (watched["Enable"], watched["Rollback"]) == (True, True)
    both = design.resolve_all(watched["AlarmNames"], deployed.stack)
    assert len(both) == len(watched["AlarmNames"]) == 2
    for alarm in both:
        assert deployed.logical_id not in str(alarm.raw)
        assert "AlarmActions" not in alarm.properties, "ECS's event tells of the failure, once"


def minute(bad: int, requests: int) -> Minute:
    """A minute in which so many requests failed, and were slow."""
    return {
        "Sum RequestCount": requests,
        "Sum HTTPCode_Target_5XX_Count": bad,
        "PR(:1) TargetResponseTime": 100 - 100 * bad / requests,
    }


BAD = minute(5, 5)
GOOD = minute(0, 5)
SILENT = Minute()


@pytest.mark.parametrize(
    ("minutes", "taken_back"),
    [
        ([BAD, GOOD, BAD], True),
        ([GOOD, BAD, GOOD], False),
        ([SILENT, SILENT, BAD, SILENT, SILENT], False),
        ([minute(2, 5)] * 3, False),
        ([minute(100, 1000)] * 3, True),
        ([minute(30, 1000)] * 3, False),
    ],
    ids=["two of three", "one of three", "no requests", "two among few", "a tenth", "3 %"],
)
@pytest.mark.parametrize("name", ["Errors", "Slow"])
def test_most_responses_or_a_canary_s_share_take_a_release_back(
    designs: Designs, name: str, minutes: list[Minute], taken_back: bool
) -> None:
    alarm = only(designs("rds"), "AWS::CloudWatch::Alarm", f"ReleaseAlarms/{name}/")
    assert fires(alarm, minutes) == taken_back


# Canaries


def test_a_canary_s_share_and_time_suffice_for_the_alarms(canary: Design) -> None:
    configuration = service(canary).properties["DeploymentConfiguration"]
    shift = configuration["CanaryConfiguration"]
    assert shift["CanaryPercent"] >= 2 * alarms.BAD_PERCENT
    metrics_arrive = 2
    for minutes in (shift["CanaryBakeTimeInMinutes"], configuration["BakeTimeInMinutes"]):
        assert minutes >= alarms.PERIODS + metrics_arrive
    assert configuration["Alarms"]["Rollback"] is True


def test_ecs_moves_the_weights_of_the_rule_that_serves_visitors(canary: Design) -> None:
    deployed = service(canary)
    [attached] = deployed.properties["LoadBalancers"]
    advanced = attached["AdvancedConfiguration"]
    tasks = canary.resolve(attached["TargetGroupArn"], deployed.stack)
    alternate = canary.resolve(advanced["AlternateTargetGroupArn"], deployed.stack)
    rule = canary.resolve(advanced["ProductionListenerRule"], deployed.stack)
    assert rule
    [action] = rule.properties["Actions"]
    weights = {
        canary.resolve(group["TargetGroupArn"], rule.stack): group["Weight"]
        for group in action["ForwardConfig"]["TargetGroups"]
    }
    assert weights == {tasks: 100, alternate: 0}
    assert tasks
    assert alternate
    assert {**tasks.properties, "Tags": 0} == {**alternate.properties, "Tags": 0}


def test_alarms_by_target_group_see_both(canary: Design) -> None:
    groups = canary.of_type("AWS::ElasticLoadBalancingV2::TargetGroup")
    texts = [json.dumps(alarm.properties) for alarm in canary.of_type("AWS::CloudWatch::Alarm")]
    by_group = [text for text in texts if "TargetGroupFullName" in text]
    assert (len(groups), bool(by_group)) == (2, True)
    assert all(f'"{group.logical_id}"' in text for text in by_group for group in groups)


# The smoke test


def test_a_canary_passes_the_smoke_test_before_a_visitor_meets_it(canary: Design) -> None:
    deployed = service(canary)
    [hook] = deployed.properties["DeploymentConfiguration"]["LifecycleHooks"]
    stages = DEPLOYMENT_STAGES
    [stage] = hook["LifecycleStages"]
    assert stages.index("TEST_TRAFFIC_SHIFT") < stages.index(stage)
    assert stages.index(stage) < stages.index("PRODUCTION_TRAFFIC_SHIFT")
    assert hook["TimeoutConfiguration"] == {"TimeoutInMinutes": 15, "Action": "ROLLBACK"}
    function = canary.resolve(hook["HookTargetArn"], deployed.stack)
    assert function
    assert function.properties["Timeout"] < 15 * 60
    variables = function.properties["Environment"]["Variables"]
    assert variables["PATHS"].split() == ["/readyz", "/", "/notes"]
    advanced = deployed.properties["LoadBalancers"][0]["AdvancedConfiguration"]
    rules = [advanced["TestListenerRule"], advanced["ProductionListenerRule"]]
    test, production = canary.resolve_all(rules, deployed.stack)
    assert test.properties["Actions"] == production.properties["Actions"]
    listener = canary.resolve(test.properties["ListenerArn"], deployed.stack)
    assert listener
    assert str(listener.properties["Port"]) == variables["PORT"]
    # ECS calls it in the first deployment too.
    admission = only(canary, "AWS::EC2::SecurityGroupIngress", "SmokeTest/")
    assert {function.logical_id, admission.logical_id} <= {*deployed.raw["DependsOn"]}


def test_a_rolling_release_has_no_hook_which_ecs_documents_for_other_strategies(
    designs: Designs,
) -> None:
    design = designs("rds", "example.com")
    assert "LifecycleHooks" not in service(design).properties["DeploymentConfiguration"]
    assert not design.of_type("AWS::Lambda::Function")


class Pages(BaseHTTPRequestHandler):
    """Responds with 200, or with failures of these paths: 500, or none to `/none`."""

    failing: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        failed = self.path in self.failing
        if failed:
            self.failing.remove(self.path)
        if failed and self.path == "/none":
            return
        self.send_response(500 if failed else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("nodes", "failing", "status"),
    [
        (1, [], "SUCCEEDED"),
        (1, ["/notes"], "SUCCEEDED"),
        (1, ["/none"], "SUCCEEDED"),
        (1, ["/notes", "/notes"], "FAILED"),
        (1, ["/none", "/notes"], "SUCCEEDED"),
        (0, [], "FAILED"),
    ],
    ids=["good", "once", "no response", "twice", "two of one try", "no node is found"],
)
def test_the_function_asks_every_page_of_every_node_and_once_more_if_one_fails(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    nodes: int,
    failing: list[str],
    status: str,
) -> None:
    account = Account()
    waited = list[float]()
    for _ in range(2 if failing or not nodes else 1):
        account.responds(
            "ec2",
            "describe_network_interfaces",
            {"NetworkInterfaces": [{"PrivateIpAddress": "127.0.0.1"}] * nodes},
            {"Filters": [{"Name": "description", "Values": ["ELB app/one/1a2b"]}]},
        )
    monkeypatch.setattr("boto3.client", account.client)
    monkeypatch.setattr("time.sleep", waited.append)
    monkeypatch.setattr(Pages, "failing", [*failing])
    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings = {"BALANCER": "app/one/1a2b", "PATHS": "/readyz / /notes /none"}
        for name, value in {**settings, "PORT": str(server.server_port)}.items():
            monkeypatch.setenv(name, value)
        event = {"executionDetails": {"targetServiceRevisionArn": "of:revision/1"}}
        assert smoke_test_function.handler(event, None) == {"hookStatus": status}
        server.shutdown()
    account.all_called()
    assert waited == [smoke_test_function.PAUSE_SECONDS] * bool(failing or not nodes)
    assert "of:revision/1" in capsys.readouterr().out


# Events


def test_failures_of_this_service_are_told_with_their_reason(designs: Designs) -> None:
    """Names are those of ECS's developer guide, "Amazon ECS events"."""
    design = designs("rds", "example.com", ENVIRONMENT="staging")
    cluster = only(design, "AWS::ECS::Cluster", "NotesStagingService/")
    sources = {"Service": [service(design)], "Task": [cluster]}
    told = {
        "Service": {"$.detail.eventName", "$.detail.reason"},
        "Task": {"$.detail.stopCode", "$.detail.stoppedReason", "$.detail.containers"},
    }
    for rule in design.of_type("AWS::Events::Rule"):
        if rule.name == "Health":
            continue
        name = rule.name.removeprefix("Events/")
        pattern = rule.properties["EventPattern"]
        [target] = rule.properties["Targets"]
        assert design.resolve(target["Arn"], rule.stack) == only(
            design, "AWS::SNS::Topic", "State/"
        )
        text = target["InputTransformer"]["InputTemplate"]
        fields = target["InputTransformer"]["InputPathsMap"]
        assert {path for field, path in fields.items() if f"<{field}>" in text} == told.pop(name)
        assert f"#{events.SECTION.lower().replace(' ', '-')}" in text
        about = pattern.get("resources") or pattern["detail"]["clusterArn"]
        assert design.resolve_all(about, rule.stack) == sources[name]
    assert not told
