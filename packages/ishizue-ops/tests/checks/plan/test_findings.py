"""No change of a setting loses state or interrupts the service; each broken change is found."""

import json
from dataclasses import dataclass

import pytest

from ishizue_ops.checks.plan.changes import plan
from ishizue_ops.checks.plan.findings import findings
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.edit import Edit, Editor, Raw, change, edited
from ishizue_ops.testing.reading import EXISTING

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
INSTANCE = "AWS::RDS::DBInstance"
SERVICE = "AWS::ECS::Service"
BUCKET = "AWS::S3::Bucket"
GROUP = "AWS::EC2::SecurityGroup"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"

DOMAIN = "example.com"
HTTP = ("rds", "")
HTTPS = ("rds", DOMAIN)

KINDS = ("rds", "aurora", "none")
PAIRS = (("rds", "aurora"), ("rds", "none"), ("aurora", "none"))


def of(designs: Designs, settings: str) -> Design:
    """The design of these settings, from those that the tests share."""
    named = dict(word.split("=") for word in settings.split())
    return designs(named.pop("DATABASE", "rds"), named.pop("DOMAIN", ""), **named)


def with_domain(database: str) -> str:
    return f"DATABASE={database} DOMAIN=example.com"


# Settings that change other resources are changed at once: each synthesis takes seconds.
SLOW = {
    "sizes, a pipeline and more": (
        "DOMAIN=example.com",
        "DOMAIN=example.com TASKS=3 MAX_TASKS=5 TASK_CPU=2048 TASK_MEMORY=4096 BACKUP_DAYS=14 "
        "DATABASE_STORAGE=50 LOG_DAYS=90 BUDGET_USD=500 DATABASE_PROTECTION=off OUTSIDE_CHECK=on "
        "ALARM_EMAIL=operator@example.com BACKUP_COPY_REGION=ap-northeast-3 "
        "GITHUB_REPOSITORY=owner/name GITHUB_PROVIDER=create",
    ),
    "a firewall": (
        "DOMAIN=example.com",
        "DOMAIN=example.com WAF=on NAT_GATEWAYS=2 ARCHITECTURE=arm64",
    ),
    "an unprotected Aurora with one instance": (
        "DATABASE=aurora",
        "DATABASE=aurora AURORA_READER=off DATABASE_PROTECTION=off",
    ),
    "a hobby's size": ("DOMAIN=example.com", "DOMAIN=example.com SIZE=hobby"),
    "CloudFront without a NAT gateway": ("CDN=on", "CDN=on NAT_GATEWAYS=0"),
    "another domain": ("DOMAIN=example.com", "DOMAIN=example.org"),
    "a zone and a certificate that are there": (
        "DOMAIN=example.com",
        "DOMAIN=example.com " + " ".join(f"{name}={text}" for name, text in EXISTING.items()),
    ),
}

COSTS = {
    # The NAT gateway goes with the state, before the tasks: until they follow, they cannot log.
    "a hobby's size": "is closed after NotesState is deployed",
    "CloudFront without a NAT gateway": "is closed after NotesState is deployed",
}
"""What each finding of a change says where it has any: `make plan` tells the operator."""

CHANGES = {
    **{f"a domain for {kind}": (f"DATABASE={kind}", with_domain(kind)) for kind in KINDS},
    **{f"{one} to {other}": (*map(with_domain, (one, other)),) for one, other in PAIRS},
    "a canary": ("DOMAIN=example.com", "DOMAIN=example.com DEPLOYMENT=canary"),
    "a domain with CloudFront": ("CDN=on", "CDN=on DOMAIN=example.com"),
    # `make deploy` shrinks the stack in us-east-1 after the service.
    "a firewall at CloudFront": (
        "CDN=on DOMAIN=example.com WAF=count",
        "CDN=on DOMAIN=example.com",
    ),
    "another domain with CloudFront": (
        "CDN=on DOMAIN=example.com",
        "CDN=on DOMAIN=example.org",
    ),
    **SLOW,
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in CHANGES]
)
def test_a_setting_changes_there_and_back(designs: Designs, name: str) -> None:
    old, new = (of(designs, settings) for settings in CHANGES[name])
    assert plan(old, new).changes, "the setting changes nothing"
    found = {*findings(old, new), *findings(new, old)}
    assert bool(found) == (name in COSTS)
    assert [line for line in found if COSTS.get(name, "") not in line] == []


@pytest.mark.slow
def test_two_environments_share_no_name(designs: Designs) -> None:
    """Of one type no two resources in an account may have one: AWS would refuse the second."""
    settings = "WAF=on OUTSIDE_CHECK=on BACKUP_COPY_REGION=ap-northeast-3"
    one = of(designs, f"DOMAIN=example.com {settings}")
    other = of(designs, f"DOMAIN=staging.example.com {settings} ENVIRONMENT=staging")
    assert not one.templates.keys() & other.templates.keys()
    assert named(one)
    assert not named(one) & named(other)


def named(design: Design) -> set[tuple[str, str, str]]:
    """The resources' names that the templates choose."""
    of_others = {"DBName", "DisplayName", "MetricName", "PolicyName"}
    return {
        (resource.type, key, value)
        for resource in design.resources
        for key, value in resource.properties.items()
        if key.endswith("Name") and key not in of_others and isinstance(value, str)
    }


# Broken changes


def unchanged(_: Editor) -> None: ...


@dataclass(frozen=True)
class Broken:
    """A change with a fault, from an edited design to another, and what the finding says.

    `change` has database and domain before and after.
    """

    said: str
    new: Edit
    old: Edit = unchanged
    change: tuple[tuple[str, str], tuple[str, str]] = (HTTPS, HTTPS)


def raw(editor: Editor, kind: str, path: str = "") -> Raw:
    [found] = editor.all(kind, path)
    return found


def no_443(editor: Editor) -> None:
    group = editor.one(GROUP, "LoadBalancer")
    group["SecurityGroupIngress"] = [
        rule for rule in group["SecurityGroupIngress"] if rule["FromPort"] != 443
    ]


def a_bucket_that_leaves(editor: Editor) -> None:
    editor.remove(editor.one(BUCKET))
    editor.remove(editor.one("AWS::S3::BucketPolicy"))


def a_bucket_to_delete(editor: Editor) -> None:
    raw(editor, BUCKET)["DeletionPolicy"] = "Delete"


def without_the_bucket_s_export(editor: Editor) -> None:
    outputs = editor.templates["NotesState"]["Outputs"]
    [name] = [each for each in outputs if "AccessLogsBucket" in each]
    del outputs[name]


def a_balancer_under_another_id(editor: Editor) -> None:
    text = json.dumps(editor.templates)
    _, old = editor.id_of(editor.one(BALANCER))
    editor.templates = json.loads(text.replace(f'"{old}"', '"Another"'))


def a_longer_secret(editor: Editor) -> None:
    secret = editor.one("AWS::SecretsManager::Secret", "ApplicationSecret")
    secret["GenerateSecretString"]["PasswordLength"] += 1


def another_route_table(editor: Editor) -> None:
    tables = editor.all("AWS::EC2::SubnetRouteTableAssociation", "Private")
    tables[1]["Properties"]["RouteTableId"] = tables[0]["Properties"]["RouteTableId"]


def egress_in_the_other_stack(editor: Editor) -> None:
    group = editor.one(GROUP, "SecurityGroups/Tasks")
    [rule] = [each for each in group["SecurityGroupEgress"] if each["ToPort"] == 443]
    group["SecurityGroupEgress"].remove(rule)
    network = editor.one(SERVICE)["NetworkConfiguration"]["AwsvpcConfiguration"]
    [group_id] = network["SecurityGroups"]
    kind = "AWS::EC2::SecurityGroupEgress"
    editor.add("NotesService", "Egress", kind, GroupId=group_id, **rule)


BROKEN = {
    "443 closed while port 80 redirects to it": Broken(
        "Edge/LoadBalancer/Http: redirects to port 443, which is closed",
        no_443,
        change=(HTTPS, HTTP),
    ),
    "an empty database": Broken(
        "Rds/Instance: replaced by an empty one, for DBName", change(INSTANCE, DBName="other")
    ),
    "another zone of a cluster": Broken(
        "Aurora/Cluster: may be replaced, for AvailabilityZones",
        change("AWS::RDS::DBCluster", AvailabilityZones=["ap-northeast-1a"]),
        change=(("aurora", ""), ("aurora", "")),
    ),
    "a bucket without protection": Broken(
        "AccessLogs/Bucket: deleted", a_bucket_that_leaves, a_bucket_to_delete
    ),
    "a longer secret": Broken("its value is written over", a_longer_secret),
    "an export that leaves": Broken(
        "removed while another stack imports it", without_the_bucket_s_export
    ),
    "another bucket in an export": Broken(
        "changed while another stack imports it", change(BUCKET, BucketName="notes-log")
    ),
    "a load balancer under another id": Broken(
        "Edge/LoadBalancer: deleted, with all that it serves", a_balancer_under_another_id
    ),
    "another load balancer": Broken(
        "Edge/LoadBalancer: replaced, for Scheme",
        change(BALANCER, Scheme="internal"),
    ),
    "a target group before its tasks": Broken(
        "Production: forwards to a new target group before the tasks",
        change(TARGETS, "Edge/Tasks", Port=3001),
    ),
    "a subnet without a route": Broken(
        "deleted before its successor is created", another_route_table
    ),
    "a rule that moves to the other stack": Broken(
        "tasks in ap-northeast-1a → internet → tcp 443 is closed", egress_in_the_other_stack
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_change_is_found(designs: Designs, name: str) -> None:
    broken = BROKEN[name]
    before, after = broken.change
    old = designs(*before)
    old = old if broken.old is unchanged else edited(old, broken.old)
    found = findings(old, edited(designs(*after), broken.new))
    assert [line for line in found if broken.said in line], found


def test_a_vpc_origin_in_use_cannot_change(designs: Designs) -> None:
    def another_tag(editor: Editor) -> None:
        editor.one("AWS::CloudFront::VpcOrigin")["Tags"][0]["Value"] = "other"

    design = designs("rds", DOMAIN, CDN="on")
    [found] = findings(design, edited(design, another_tag))
    assert "CloudFront changes no VPC origin" in found


@pytest.mark.parametrize(("stack", "refused"), [("NotesState", 1), ("NotesCdn", 0)])
def test_only_the_stack_of_cloudfront_deletes_after_all_others(
    designs: Designs, stack: str, refused: int
) -> None:
    def a_group_that_the_service_uses(editor: Editor) -> None:
        editor.templates.setdefault(stack, {"Resources": {}})
        editor.add(stack, "Group", "AWS::Budgets::Budget")
        editor.templates[stack].setdefault("Outputs", {})["Given"] = {"Value": {"Ref": "Group"}}
        editor.templates["NotesService"]["Parameters"]["Given"] = {"Type": "String"}
        editor.add("NotesService", "User", "AWS::Budgets::Budget", Name={"Ref": "Given"})

    design = designs("none")
    found = findings(edited(design, a_group_that_the_service_uses), design)
    assert found == ["Group: deleted while in use by User of another stack"] * refused
