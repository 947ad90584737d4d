"""Broken templates, each caught by the name of what it breaks: by a rule of ours or by cfn-lint.

Each is one change to a real template. Every rule of ours has one, and finds nothing in what is
really synthesized.
"""

import json

import pytest
from cfnlint.api import ManualArgs, lint
from tests.infra.conftest import Designs
from tests.infra.report.edit import Edit, Editor, Raw, edited

from infra.report.rules import RULES, check
from infra.report.template import Design

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"


def container(editor: Editor) -> Raw:
    task = editor.one("AWS::ECS::TaskDefinition", "Service/Task")
    [found] = [each for each in task["ContainerDefinitions"] if each["Name"] == "app"]
    raw: Raw = found
    return raw


def deployment(editor: Editor) -> Raw:
    raw: Raw = editor.one("AWS::ECS::Service")["DeploymentConfiguration"]
    return raw


# Caught by our rules


def an_import_that_no_stack_exports(editor: Editor) -> None:
    groups = editor.one("AWS::ElasticLoadBalancingV2::LoadBalancer")
    groups["SecurityGroups"] = [{"Fn::ImportValue": "KiroSampleState:Gone"}]


def overlapping_subnets(editor: Editor) -> None:
    editor.where("AWS::EC2::Subnet", CidrBlock="10.0.12.0/24")["CidrBlock"] = "10.0.11.128/25"


def the_same_rule_twice(editor: Editor) -> None:
    for stack, template in editor.templates.items():
        for logical_id, raw in [*template["Resources"].items()]:
            if raw["Type"] == "AWS::EC2::SecurityGroupIngress":
                kind = "AWS::EC2::SecurityGroupIngress"
                editor.add(stack, f"{logical_id}Again", kind, **raw["Properties"])


def https_without_a_certificate(editor: Editor) -> None:
    del editor.where(LISTENER, Protocol="HTTPS")["Certificates"]


def a_tls_policy_left_to_the_default(editor: Editor) -> None:
    del editor.where(LISTENER, Protocol="HTTPS")["SslPolicy"]


def http_that_forwards(editor: Editor) -> None:
    http, https = (editor.where(LISTENER, Protocol=name) for name in ("HTTP", "HTTPS"))
    http["DefaultActions"] = https["DefaultActions"]


def an_internal_load_balancer(editor: Editor) -> None:
    editor.one("AWS::ElasticLoadBalancingV2::LoadBalancer")["Scheme"] = "internal"


def no_health_check_of_the_load_balancer(editor: Editor) -> None:
    group = editor.one("AWS::ElasticLoadBalancingV2::TargetGroup")
    for key in [key for key in group if "Health" in key or "Threshold" in key]:
        del group[key]


def a_health_check_as_slow_as_the_default(editor: Editor) -> None:
    editor.one("AWS::ElasticLoadBalancingV2::TargetGroup")["HealthCheckIntervalSeconds"] = 30


def a_health_check_that_waits_longer(editor: Editor) -> None:
    editor.one("AWS::ElasticLoadBalancingV2::TargetGroup")["HealthCheckTimeoutSeconds"] = 9


def no_health_check_of_the_container(editor: Editor) -> None:
    del container(editor)["HealthCheck"]


def a_root_that_can_be_written(editor: Editor) -> None:
    container(editor)["ReadonlyRootFilesystem"] = False


def a_container_that_is_root(editor: Editor) -> None:
    container(editor)["User"] = "0:0"


def an_image_by_tag(editor: Editor) -> None:
    container(editor)["Image"] = "kirosample:latest"


def a_password_in_the_environment(editor: Editor) -> None:
    container(editor)["Environment"].append({"Name": "KIROSAMPLE_DB_PASSWORD", "Value": "x"})


def a_circuit_breaker_that_is_off(editor: Editor) -> None:
    deployment(editor)["DeploymentCircuitBreaker"]["Enable"] = False


def a_deployment_that_stops_half_the_tasks(editor: Editor) -> None:
    deployment(editor)["MinimumHealthyPercent"] = 50


def a_desired_count(editor: Editor) -> None:
    editor.one("AWS::ECS::Service")["DesiredCount"] = 2


def a_minimum_over_the_maximum(editor: Editor) -> None:
    editor.one("AWS::ApplicationAutoScaling::ScalableTarget")["MinCapacity"] = 11


def tags_that_can_be_moved(editor: Editor) -> None:
    editor.one("AWS::ECR::Repository")["ImageTagMutability"] = "MUTABLE"


def a_database_in_the_clear(editor: Editor) -> None:
    editor.one("AWS::RDS::DBInstance")["StorageEncrypted"] = False


def a_database_without_tls(editor: Editor) -> None:
    editor.one("AWS::RDS::DBParameterGroup")["Parameters"]["rds.force_ssl"] = "0"


def a_database_without_backups(editor: Editor) -> None:
    editor.one("AWS::RDS::DBInstance")["BackupRetentionPeriod"] = 0


def a_database_deleted_without_a_snapshot(editor: Editor) -> None:
    [raw] = editor.all("AWS::RDS::DBInstance")
    raw["DeletionPolicy"] = "Delete"


def a_public_database(editor: Editor) -> None:
    editor.one("AWS::RDS::DBInstance")["PubliclyAccessible"] = True


def a_database_in_one_zone(editor: Editor) -> None:
    editor.one("AWS::RDS::DBInstance")["MultiAZ"] = False


def a_privileged_container(editor: Editor) -> None:
    container(editor)["Privileged"] = True


def a_single_task(editor: Editor) -> None:
    editor.one("AWS::ApplicationAutoScaling::ScalableTarget")["MinCapacity"] = 1


def images_that_nobody_scans(editor: Editor) -> None:
    editor.one("AWS::ECR::Repository")["ImageScanningConfiguration"] = {"ScanOnPush": False}


def any_action(editor: Editor) -> None:
    policy, *_ = editor.all("AWS::IAM::Policy")
    policy["Properties"]["PolicyDocument"]["Statement"][0]["Action"] = "*"


def any_action_of_a_service(editor: Editor) -> None:
    policy, *_ = editor.all("AWS::IAM::Policy")
    policy["Properties"]["PolicyDocument"]["Statement"][0]["Action"] = ["ecr:*"]


def a_role_for_anybody(editor: Editor) -> None:
    role, *_ = editor.all("AWS::IAM::Role")
    role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] = {"AWS": "*"}


def logs_that_are_kept_for_ever(editor: Editor) -> None:
    group, *_ = editor.all("AWS::Logs::LogGroup")
    del group["Properties"]["RetentionInDays"]


OURS: list[tuple[Edit, str]] = [
    (an_import_that_no_stack_exports, "import-of-nothing"),
    (overlapping_subnets, "overlapping-subnets"),
    (the_same_rule_twice, "rule-given-twice"),
    (https_without_a_certificate, "https-without-certificate"),
    (a_tls_policy_left_to_the_default, "old-tls-policy"),
    (http_that_forwards, "plain-http-beside-https"),
    (an_internal_load_balancer, "load-balancer-internal"),
    (no_health_check_of_the_load_balancer, "load-balancer-health-check"),
    (a_health_check_as_slow_as_the_default, "load-balancer-health-check"),
    (a_health_check_that_waits_longer, "load-balancer-health-check"),
    (no_health_check_of_the_container, "container-health-check"),
    (a_root_that_can_be_written, "container-not-hardened"),
    (a_container_that_is_root, "container-not-hardened"),
    (a_privileged_container, "container-not-hardened"),
    (an_image_by_tag, "image-by-tag"),
    (a_password_in_the_environment, "secret-in-the-environment"),
    (a_circuit_breaker_that_is_off, "deployment-without-rollback"),
    (a_deployment_that_stops_half_the_tasks, "deployment-without-rollback"),
    (a_desired_count, "deployment-resets-task-count"),
    (a_minimum_over_the_maximum, "scaling-bounds"),
    (a_single_task, "scaling-bounds"),
    (images_that_nobody_scans, "mutable-image-tags"),
    (tags_that_can_be_moved, "mutable-image-tags"),
    (a_database_in_the_clear, "database-not-encrypted"),
    (a_database_without_tls, "database-without-tls"),
    (a_database_without_backups, "database-can-be-lost"),
    (a_database_deleted_without_a_snapshot, "database-can-be-lost"),
    (a_public_database, "database-public"),
    (a_database_in_one_zone, "database-in-one-zone"),
    (any_action, "any-action"),
    (any_action_of_a_service, "any-action"),
    (a_role_for_anybody, "anybody"),
    (logs_that_are_kept_for_ever, "logs-kept-for-ever"),
]


def in_words(edits: list[tuple[Edit, str]]) -> list[str]:
    return [edit.__name__.replace("_", " ") for edit, _ in edits]


@pytest.mark.parametrize(("edit", "rule"), OURS, ids=in_words(OURS))
def test_a_broken_template_is_caught_by_the_rule_of_that_name(
    designs: Designs, edit: Edit, rule: str
) -> None:
    broken = edited(designs("rds", "example.com"), edit)
    assert {finding.rule for finding in check(broken)} == {rule}


def test_every_rule_has_a_template_that_breaks_it() -> None:
    named = {rule.__name__.replace("_", "-") for rule in RULES}
    assert named == {rule for _, rule in OURS}


def test_no_rule_finds_anything_in_what_is_synthesized(design: Design) -> None:
    assert check(design) == []


@pytest.mark.slow
def test_no_rule_finds_anything_with_every_option_on(designs: Designs) -> None:
    options = {"WAF": "on", "NAT_GATEWAYS": "2", "GITHUB_REPOSITORY": "owner/name"}
    assert check(designs("rds", "example.com", **options)) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"StorageEncrypted": False}, "database-not-encrypted"),
        ({"DeletionProtection": False}, "database-can-be-lost"),
        ({"DBClusterParameterGroupName": "default.aurora-postgresql15"}, "database-without-tls"),
    ],
)
def test_the_rules_of_the_database_look_at_an_aurora_cluster_too(
    designs: Designs, change: Raw, rule: str
) -> None:
    broken = edited(designs("aurora"), lambda each: each.one("AWS::RDS::DBCluster").update(change))
    assert [finding.rule for finding in check(broken)] == [rule]


# Caught by cfn-lint


def a_reference_to_nothing(editor: Editor) -> None:
    editor.one("AWS::RDS::DBInstance")["DBSubnetGroupName"] = {"Ref": "Gone"}


def a_deprecated_engine(editor: Editor) -> None:
    editor.one("AWS::RDS::DBInstance")["EngineVersion"] = "11.22"


def a_circle(editor: Editor) -> None:
    """Two resources that each wait for the other."""
    [database], [group] = editor.all("AWS::RDS::DBInstance"), editor.all("AWS::RDS::DBSubnetGroup")
    _, database_id = editor.id_of(database["Properties"])
    group["DependsOn"] = database_id


def a_size_that_fargate_does_not_have(editor: Editor) -> None:
    editor.one("AWS::ECS::TaskDefinition", "Service/Task").update(Cpu="1024", Memory="1024")


def an_unknown_property(editor: Editor) -> None:
    editor.one("AWS::ECS::Service")["DesiredCoutn"] = 2


def a_missing_property(editor: Editor) -> None:
    del editor.one("AWS::EC2::VPCGatewayAttachment")["VpcId"]


CFN_LINT: list[tuple[Edit, str]] = [
    (a_reference_to_nothing, "E1020"),
    (a_deprecated_engine, "W3691"),
    (a_circle, "E3004"),
    (a_size_that_fargate_does_not_have, "E3047"),
    (an_unknown_property, "E3002"),
    (a_missing_property, "E3003"),
]


@pytest.mark.parametrize(("edit", "code"), CFN_LINT, ids=in_words(CFN_LINT))
def test_a_broken_template_is_caught_by_cfn_lint_under_its_number(
    designs: Designs, edit: Edit, code: str
) -> None:
    real = designs("rds", "example.com")
    broken = edited(real, edit)
    [stack] = [name for name in real.templates if broken.templates[name] != real.templates[name]]
    assert code in linted(broken, stack) - linted(real, stack)


def linted(design: Design, stack: str) -> set[str]:
    """The numbers of cfn-lint's findings."""
    text = json.dumps(design.templates[stack])
    return {match.rule.id for match in lint(text, config=ManualArgs(regions=["ap-northeast-1"]))}
