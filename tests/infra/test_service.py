"""The tasks: their size, their number, how they are checked, replaced and kept small in rights."""

import json
import re
from pathlib import Path

import pytest
from tests.infra.conftest import Designs
from tests.infra.reading import container, environment, listed, only, statements
from tests.infra.task_environment import given

from infra.report.template import Design
from kirosample import limits, settings

ROOT = Path(__file__).parents[2]


def task(design: Design) -> dict[str, object]:
    return dict(only(design, "AWS::ECS::TaskDefinition", "Service/Task").properties)


def test_a_task_has_one_vcpu_and_two_gigabytes_on_fargate(design: Design) -> None:
    properties = task(design)
    assert (properties["Cpu"], properties["Memory"]) == ("1024", "2048")
    assert properties["RequiresCompatibilities"] == ["FARGATE"]
    assert properties["RuntimePlatform"] == {
        "CpuArchitecture": "X86_64",
        "OperatingSystemFamily": "LINUX",
    }


def test_one_setting_makes_every_task_arm(designs: Designs) -> None:
    design = designs(ARCHITECTURE="arm64")
    architectures = {
        found.properties["RuntimePlatform"]["CpuArchitecture"]
        for found in design.of_type("AWS::ECS::TaskDefinition")
    }
    assert architectures == {"ARM64"}


def test_size_and_number_are_settings(designs: Designs) -> None:
    design = designs("none", TASK_CPU="512", TASK_MEMORY="1024", TASKS="4", MAX_TASKS="40")
    assert (task(design)["Cpu"], task(design)["Memory"]) == ("512", "1024")
    scaled = only(design, "AWS::ApplicationAutoScaling::ScalableTarget").properties
    assert (scaled["MinCapacity"], scaled["MaxCapacity"]) == (4, 40)


def test_the_application_listens_on_3000(design: Design) -> None:
    assert container(design)["PortMappings"] == [{"ContainerPort": 3000, "Protocol": "tcp"}]
    assert "PortMappings" not in container(design, "gate")


@pytest.mark.parametrize("name", ["app", "gate"])
def test_a_container_may_not_change_itself(design: Design, name: str) -> None:
    found = container(design, name)
    assert found["ReadonlyRootFilesystem"] is True
    assert found["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert "Privileged" not in found


def test_its_user_is_the_images_own_and_not_root(design: Design) -> None:
    user = container(design)["User"]
    assert not user.startswith(("0", "root"))
    [of_image] = re.findall(r"^USER (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert user == of_image


def test_the_container_is_checked_by_the_contracts_command(design: Design) -> None:
    check = container(design)["HealthCheck"]
    assert check["Command"] == ["CMD", "kirosample", "healthcheck"]
    assert check["Timeout"] < check["Interval"]


def test_a_task_counts_as_running_only_after_its_application_was_ready(design: Design) -> None:
    gate, app = container(design, "gate"), container(design)
    assert gate["DependsOn"] == [{"ContainerName": "app", "Condition": "HEALTHY"}]
    assert gate["Essential"] is False
    assert ["kirosample", *gate["Command"]] == app["HealthCheck"]["Command"][1:]
    patience = app["HealthCheck"]["StartPeriod"] + app["HealthCheck"]["Interval"]
    assert patience < app["StartTimeout"] <= 120


def test_a_stopped_task_has_time_to_drain(design: Design) -> None:
    stop = container(design)["StopTimeout"]
    drain = int(environment(design)["KIROSAMPLE_DRAIN_SECONDS"])
    assert (stop, drain) == (limits.STOP_TIMEOUT_SECONDS, 5)
    assert drain + limits.WRITE_DEADLINE_SECONDS + 5 <= stop


def test_the_image_is_a_digest_that_the_deployment_names(design: Design) -> None:
    parameter = design.parameters["KiroSampleService"]["ImageDigest"]
    pattern = re.compile(parameter["AllowedPattern"])
    assert pattern.search("sha256:" + "0a" * 32)
    assert not pattern.search("latest")
    assert "Default" not in parameter
    *_, repository, at, digest = container(design)["Image"]["Fn::Join"][1]
    assert (at, digest) == ("@", {"Ref": "ImageDigest"})
    assert design.resolve(repository, "KiroSampleService") == only(design, "AWS::ECR::Repository")


def test_a_deployment_that_fails_rolls_back_and_never_goes_below_what_runs(design: Design) -> None:
    deployment = only(design, "AWS::ECS::Service").properties["DeploymentConfiguration"]
    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (100, 200)


def test_no_deployment_resets_how_many_tasks_run(design: Design) -> None:
    assert "DesiredCount" not in only(design, "AWS::ECS::Service").properties


def test_tasks_are_spread_over_both_private_subnets_without_public_addresses(
    design: Design,
) -> None:
    service = only(design, "AWS::ECS::Service")
    assert service.properties["AvailabilityZoneRebalancing"] == "ENABLED"
    network = service.properties["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == "DISABLED"
    subnets = design.resolve_all(network["Subnets"], service.stack)
    assert [s.properties["CidrBlock"] for s in subnets] == ["10.0.11.0/24", "10.0.12.0/24"]


def test_two_to_ten_tasks_follow_cpu_and_memory(design: Design) -> None:
    scaled = only(design, "AWS::ApplicationAutoScaling::ScalableTarget").properties
    assert (scaled["MinCapacity"], scaled["MaxCapacity"]) == (2, 10)
    targets = {}
    for policy in design.of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
        tracking = policy.properties["TargetTrackingScalingPolicyConfiguration"]
        metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
        targets[metric] = tracking["TargetValue"]
    assert targets == {
        "ECSServiceAverageCPUUtilization": 70,
        "ECSServiceAverageMemoryUtilization": 80,
    }


def test_the_first_tasks_wait_for_their_rights_and_for_a_listener(design: Design) -> None:
    waits_for = only(design, "AWS::ECS::Service").raw["DependsOn"]
    policy = only(design, "AWS::IAM::Policy", "Service/Task/ExecutionRole")
    assert policy.logical_id in waits_for
    listening = {
        found.logical_id for found in design.of_type("AWS::ElasticLoadBalancingV2::Listener")
    }
    assert listening & set(waits_for)


def test_the_log_is_kept_for_a_time(design: Design, designs: Designs) -> None:
    [days] = {
        found.properties["RetentionInDays"] for found in design.of_type("AWS::Logs::LogGroup")
    }
    assert days == 30
    longer = designs(LOG_DAYS="90").of_type("AWS::Logs::LogGroup")
    assert {found.properties["RetentionInDays"] for found in longer} == {90}


@pytest.mark.parametrize("repository", ["", "owner/name"])
def test_no_policy_allows_every_action(
    design: Design, designs: Designs, variant: tuple[str, str], repository: str
) -> None:
    looked_at = designs(*variant, GITHUB_REPOSITORY=repository) if repository else design
    allowed = [
        action
        for _, statement in statements(looked_at)
        if statement["Effect"] == "Allow"
        for action in listed(statement["Action"])
    ]
    assert len(allowed) > 10
    assert [action for action in allowed if "*" in action] == []
    assert all("NotAction" not in statement for _, statement in statements(looked_at))


@pytest.mark.parametrize("repository", ["", "owner/name"])
def test_every_resource_of_a_policy_is_named_or_has_a_written_reason(
    design: Design, designs: Designs, variant: tuple[str, str], repository: str
) -> None:
    looked_at = designs(*variant, GITHUB_REPOSITORY=repository) if repository else design
    wide = [
        (resource, listed(statement["Action"]))
        for resource, statement in statements(looked_at)
        if statement["Effect"] == "Allow" and "*" in listed(statement.get("Resource", []))
    ]
    assert wide
    for resource, actions in wide:
        assert actions == ["ecr:GetAuthorizationToken"], resource
        written = resource.raw["Metadata"]["cdk_nag"]["rules_to_suppress"]
        reasons = {entry["id"]: entry["reason"] for entry in written}
        assert reasons["AwsSolutions-IAM5[Resource::*]"], resource


def test_the_task_itself_may_do_nothing_in_the_account(design: Design) -> None:
    role = only(design, "AWS::IAM::Role", "Service/Task/TaskRole")
    assert "ManagedPolicyArns" not in role.properties
    assert "Policies" not in role.properties
    attached = [
        policy
        for policy in design.of_type("AWS::IAM::Policy")
        if role in design.resolve_all(policy.properties["Roles"], policy.stack)
    ]
    assert attached == []


def test_what_starts_the_task_reads_its_own_secrets_image_and_log_only(
    design: Design, variant: tuple[str, str]
) -> None:
    policy = only(design, "AWS::IAM::Policy", "Service/Task/ExecutionRole")
    named = {
        found.type
        for statement in policy.properties["PolicyDocument"]["Statement"]
        for found in design.resolve_all(statement["Resource"], policy.stack)
    }
    expected = {"AWS::SecretsManager::Secret", "AWS::ECR::Repository", "AWS::Logs::LogGroup"}
    if variant[0] != "none":
        expected |= {"AWS::SecretsManager::SecretTargetAttachment"}
    assert named == expected


DATABASE = {"host": "h", "port": 5432, "dbname": "n", "username": "u", "password": "p"}
"""What RDS keeps in its secret."""


def test_the_application_reads_and_accepts_every_setting_that_any_container_is_given(
    design: Design,
) -> None:
    read_there = {option.name for option in settings.OPTIONS}
    containers = [
        found
        for definition in design.of_type("AWS::ECS::TaskDefinition")
        for found in definition.properties["ContainerDefinitions"]
    ]
    assert any(found.get("Environment") for found in containers)
    for found in containers:
        environ = given(design, found, DATABASE)
        assert environ.keys() <= read_there, found["Name"]
        settings.read(environ)


def test_the_task_gives_the_contracts_names_and_values(
    design: Design, variant: tuple[str, str]
) -> None:
    environ = given(design, container(design), DATABASE)
    parts = {f"KIROSAMPLE_DB_{part}" for part in ("HOST", "PORT", "NAME", "USER", "PASSWORD")}
    assert environ.keys() == {
        "KIROSAMPLE_COOKIE_KEYS",
        "KIROSAMPLE_TRUSTED_PROXIES",
        "KIROSAMPLE_PUBLIC_URL",
        "KIROSAMPLE_DRAIN_SECONDS",
        "KIROSAMPLE_METRICS",
        *({"DATABASE_URL"} if variant[0] == "none" else parts | {"KIROSAMPLE_DB_TLS"}),
    }
    found = settings.read(environ)
    assert list(map(str, found.trusted_proxies)) == ["10.0.1.0/24", "10.0.2.0/24"]
    assert found.public_url is not None
    assert found.public_url.startswith("https://" if variant[1] else "http://")
    assert (found.drain_seconds, found.metrics, len(found.cookie_keys)) == (5, True, 1)
    there = settings.ExternalDatabase("postgresql://u:p@h:5432/n", "verify-full")
    assert found.database == (None if variant[0] == "none" else there)


def test_no_secret_stands_in_the_template(design: Design) -> None:
    names = {option.name for option in settings.OPTIONS if option.secret} - {"DATABASE_URL"}
    for definition in design.of_type("AWS::ECS::TaskDefinition"):
        for found in definition.properties["ContainerDefinitions"]:
            named = {entry["Name"] for entry in found.get("Environment", [])}
            assert named & names == set()
    assert "k" * 16 not in json.dumps(dict(design.templates))
