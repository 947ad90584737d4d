"""Each broken template is one change to a real one, and a check must notice it.

The check is a template test (which fails on the broken design) or the templates' consistency.
`test_mutants.py` breaks the network, `policies/test_guard.py` what AWS's rules see.
"""

from collections.abc import Callable

import pytest
from tests.design import test_database, test_edge, test_service

from ishizue.product import Product
from ishizue.settings import options
from ishizue_ops import app_contract
from ishizue_ops.checks import consistency
from ishizue_ops.checks.security_groups import TopologyError
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.edit import Edit, Editor, Raw, change, edited, without
from ishizue_ops.testing.reading import containers

RDS, AURORA = ("rds", "example.com"), ("aurora", "example.com")

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
SERVICE = "AWS::ECS::Service"
TASK = "AWS::ECS::TaskDefinition"
SCALING = "AWS::ApplicationAutoScaling::ScalableTarget"
REPOSITORY = "AWS::ECR::Repository"
INSTANCE, CLUSTER = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"

Check = Callable[[Design], object]
"""Fails on a broken design."""

FAILURES = (AssertionError, LookupError, TypeError, TopologyError)
"""How a check fails; a template test that looks up what is gone raises LookupError."""


# Edits


def change_app(**properties: object) -> Edit:
    """Set properties of the application's container."""
    return lambda editor: app(editor).update(properties)


def change_statement(kind: str, document: str, **parts: object) -> Edit:
    """Change the first statement of the first policy of a type."""

    def edit(editor: Editor) -> None:
        raw, *_ = editor.all(kind)
        raw["Properties"][document]["Statement"][0].update(parts)

    return edit


def change_deployment(**parts: object) -> Edit:
    return lambda editor: editor.one(SERVICE)["DeploymentConfiguration"].update(parts)


def app(editor: Editor) -> Raw:
    containers = {
        each["Name"]: each for each in editor.one(TASK, "Service/Task")["ContainerDefinitions"]
    }
    found: Raw = containers["app"]
    return found


def the_same_rule_twice(editor: Editor) -> None:
    kind = "AWS::EC2::SecurityGroupIngress"
    for raw in editor.all(kind):
        stack, logical_id = editor.id_of(raw["Properties"])
        editor.add(stack, f"{logical_id}Again", kind, **raw["Properties"])


def http_that_forwards(editor: Editor) -> None:
    http, https = (editor.where(LISTENER, Protocol=name) for name in ("HTTP", "HTTPS"))
    http["DefaultActions"] = https["DefaultActions"]


def a_password_in_the_environment(editor: Editor) -> None:
    app(editor)["Environment"].append({"Name": "NOTES_DB_PASSWORD", "Value": "x"})


def logs_without_retention(editor: Editor) -> None:
    group, *_ = editor.all("AWS::Logs::LogGroup")
    del group["Properties"]["RetentionInDays"]


def a_database_without_tls(editor: Editor) -> None:
    editor.one("AWS::RDS::DBParameterGroup")["Parameters"]["rds.force_ssl"] = "0"


def a_database_without_a_final_snapshot(editor: Editor) -> None:
    [raw] = editor.all(INSTANCE)
    raw["DeletionPolicy"] = "Delete"


def a_service_that_does_not_wait_for(part: str) -> Edit:
    def edit(editor: Editor) -> None:
        [service] = editor.all(SERVICE)
        service["DependsOn"] = [each for each in service["DependsOn"] if part not in each]

    return edit


# Checks


def with_designs(test: Callable[..., None], *arguments: object) -> Check:
    """A template test that takes `designs`, which then has only the design under test."""
    return lambda design: test(lambda *_, **__: design, *arguments)


def is_consistent(design: Design) -> None:
    assert consistency.check(design) == []


allows_no_more_than_needed = with_designs(
    test_service.test_no_policy_allows_every_action_or_everyone, "rds", {}
)
is_in_two_zones = with_designs(test_database.test_rds_is_a_small_instance_in_two_zones)
protects = test_database.test_it_is_encrypted_backed_up_and_protected
protects_rds = with_designs(protects, "rds", INSTANCE)
protects_aurora = with_designs(protects, "aurora", CLUSTER)
speaks_tls = test_database.test_it_speaks_tls_only
checks_health = test_edge.test_the_balancer_checks_livez_every_ten_seconds_twice
has_tls = with_designs(test_edge.test_the_certificate_is_validated_in_our_zone_and_tls_is_current)
rolls_back = test_service.test_a_failed_deployment_rolls_back_without_losing_capacity
scales = test_service.test_two_to_ten_tasks_scale_on_cpu_and_memory
keeps_images = test_service.test_images_are_scanned_and_tags_are_immutable
is_gated = test_service.test_a_task_is_registered_only_after_its_application_is_healthy
has_a_digest = test_service.test_the_image_is_a_digest_from_the_parameter
keeps_its_tasks = test_service.test_a_deployment_does_not_reset_the_number_of_tasks
waits = test_service.test_the_service_waits_for_a_listener_and_for_its_tasks_rights
keeps_logs = test_service.test_every_log_expires
is_hardened = test_service.test_containers_cannot_change_themselves


def has_a_user(design: Design) -> None:
    assert {found["User"] for found in containers(design)} == {app_contract.USER}


def hides_secrets(design: Design) -> None:
    common = options(Product("Notes", "notes", "1"))
    secret = {option.name for option in common if option.secret} - {"DATABASE_URL"}
    for found in containers(design):
        assert secret.isdisjoint(entry["Name"] for entry in found.get("Environment", []))


ACTIONS, TRUST = (
    ("AWS::IAM::Policy", "PolicyDocument"),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
)
GONE = {"Fn::ImportValue": "NotesState:Gone"}

BROKEN: dict[str, tuple[Edit, Check]] = {
    "an import that no stack exports": (change(BALANCER, SecurityGroups=[GONE]), is_consistent),
    "the same rule twice": (the_same_rule_twice, is_consistent),
    "a default TLS policy": (without(LISTENER, "SslPolicy", Protocol="HTTPS"), has_tls),
    "HTTP that forwards": (
        http_that_forwards,
        with_designs(test_edge.test_with_a_domain_80_redirects_to_https),
    ),
    "the default interval": (change(TARGETS, HealthCheckIntervalSeconds=30), checks_health),
    "no health check of the container": (change_app(HealthCheck={}), is_gated),
    "a writable root": (change_app(ReadonlyRootFilesystem=False), is_hardened),
    "a privileged container": (change_app(Privileged=True), is_hardened),
    "a root user": (change_app(User="0:0"), has_a_user),
    "an image by tag": (change_app(Image="notes:latest"), has_a_digest),
    "a password in the environment": (a_password_in_the_environment, hides_secrets),
    "no circuit breaker": (
        change_deployment(DeploymentCircuitBreaker={"Enable": False, "Rollback": True}),
        rolls_back,
    ),
    "half the tasks stopped": (change_deployment(MinimumHealthyPercent=50), rolls_back),
    "a desired count": (change(SERVICE, DesiredCount=2), keeps_its_tasks),
    "a target group without a listener": (a_service_that_does_not_wait_for("Http"), waits),
    "tasks without rights": (a_service_that_does_not_wait_for("DefaultPolicy"), waits),
    "a single task": (change(SCALING, MinCapacity=1), scales),
    "images that are not scanned": (
        change(REPOSITORY, ImageScanningConfiguration={"ScanOnPush": False}),
        keeps_images,
    ),
    "mutable tags": (change(REPOSITORY, ImageTagMutability="MUTABLE"), keeps_images),
    "every action": (change_statement(*ACTIONS, Action="*"), allows_no_more_than_needed),
    "every action of a service": (
        change_statement(*ACTIONS, Action=["ecr:*"]),
        allows_no_more_than_needed,
    ),
    "a role for everyone": (
        change_statement(*TRUST, Principal={"AWS": "*"}),
        allows_no_more_than_needed,
    ),
    "logs without retention": (logs_without_retention, keeps_logs),
    "a database without TLS": (
        a_database_without_tls,
        with_designs(speaks_tls, "rds", INSTANCE, "DBParameterGroupName"),
    ),
    "a database without a final snapshot": (a_database_without_a_final_snapshot, protects_rds),
    "a database in one zone": (change(INSTANCE, MultiAZ=False), is_in_two_zones),
}

BROKEN_AURORA: dict[str, tuple[Edit, Check]] = {
    "an unencrypted cluster": (change(CLUSTER, StorageEncrypted=False), protects_aurora),
    "a cluster without deletion protection": (
        change(CLUSTER, DeletionProtection=False),
        protects_aurora,
    ),
    "a cluster without TLS": (
        change(CLUSTER, DBClusterParameterGroupName="default.aurora-postgresql15"),
        with_designs(speaks_tls, "aurora", CLUSTER, "DBClusterParameterGroupName"),
    ),
}


@pytest.mark.parametrize("name", [*BROKEN, *BROKEN_AURORA])
def test_a_check_passes_the_real_template_and_fails_the_broken_one(
    designs: Designs, name: str
) -> None:
    edit, check = {**BROKEN, **BROKEN_AURORA}[name]
    real = designs(*(RDS if name in BROKEN else AURORA))
    check(real)
    with pytest.raises(FAILURES):
        check(edited(real, edit))
