"""No change of a setting loses state or interrupts the service; each broken change is found."""

import json

import pytest

from ishizue_ops.checks.plan.changes import findings, plan
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.edit import Editor, change, edited
from ishizue_ops.testing.reading import EXISTING

DATABASE = "AWS::RDS::DBInstance"
HTTPS = "DOMAIN=example.com"


def of(designs: Designs, settings: str) -> Design:
    """The design of these settings, from those that the tests share."""
    named = dict(word.split("=") for word in settings.split())
    return designs(named.pop("DATABASE", "rds"), named.pop("DOMAIN", ""), **named)


# Settings that change other resources are changed at once: each synthesis takes seconds.
SLOW = [
    (
        HTTPS,
        f"{HTTPS} TASKS=3 MAX_TASKS=5 TASK_CPU=2048 TASK_MEMORY=4096 BACKUP_DAYS=14 "
        "DATABASE_STORAGE=50 LOG_DAYS=90 BUDGET_USD=500 DATABASE_PROTECTION=off OUTSIDE_CHECK=on "
        "ALARM_EMAIL=operator@example.com BACKUP_COPY_REGION=ap-northeast-3 WAF=on NAT_GATEWAYS=2 "
        "GITHUB_REPOSITORY=owner/name GITHUB_PROVIDER=create ARCHITECTURE=arm64",
    ),
    ("DATABASE=aurora", "DATABASE=aurora AURORA_READER=off DATABASE_PROTECTION=off"),
    (HTTPS, f"{HTTPS} SIZE=hobby"),
    ("CDN=on", "CDN=on NAT_GATEWAYS=0"),
    (HTTPS, "DOMAIN=example.org"),
    (HTTPS, " ".join([HTTPS, *(f"{name}={text}" for name, text in EXISTING.items())])),
]
CHANGES = [
    *((f"DATABASE={kind}", f"DATABASE={kind} {HTTPS}") for kind in ("rds", "aurora", "none")),
    (f"DATABASE=rds {HTTPS}", f"DATABASE=aurora {HTTPS}"),
    (f"DATABASE=rds {HTTPS}", f"DATABASE=none {HTTPS}"),
    (f"DATABASE=aurora {HTTPS}", f"DATABASE=none {HTTPS}"),
    ("CDN=on", f"CDN=on {HTTPS}"),
    # `make deploy` shrinks the stack in us-east-1 after the service.
    (f"CDN=on WAF=count {HTTPS}", f"CDN=on {HTTPS}"),
    (f"CDN=on {HTTPS}", "CDN=on DOMAIN=example.org"),
    *(pytest.param(*pair, marks=pytest.mark.slow) for pair in SLOW),
]


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_a_setting_changes_there_and_back(designs: Designs, before: str, after: str) -> None:
    old = of(designs, before)
    new = of(designs, after)
    assert plan(old, new), "the setting changes nothing"
    assert findings(new, old) == []
    assert findings(old, new) == []


def a_balancer_under_another_id(editor: Editor) -> None:
    _, old = editor.id_of(editor.one("AWS::ElasticLoadBalancingV2::LoadBalancer"))
    editor.templates = json.loads(json.dumps(editor.templates).replace(f'"{old}"', '"Another"'))


BROKEN = {
    "Network/Vpc: replaced by an empty one, for CidrBlock": change(
        "AWS::EC2::VPC", CidrBlock="10.9.0.0/16"
    ),
    "Rds/Instance: replaced by an empty one, for DBName": change(DATABASE, DBName="other"),
    "Rds/Instance: replaced by an empty one, for AvailabilityZone": change(
        DATABASE, AvailabilityZone="ap-northeast-1a"
    ),
    "ApplicationSecret: its value is written over": change(
        "AWS::SecretsManager::Secret", "ApplicationSecret", GenerateSecretString={}
    ),
    "Edge/LoadBalancer: deleted, with all that it serves": a_balancer_under_another_id,
    "Service: replaced, for ServiceName": change("AWS::ECS::Service", ServiceName="other"),
    "Production: forwards to a new target group before the tasks register with it": change(
        "AWS::ElasticLoadBalancingV2::TargetGroup", "Edge/Tasks", Port=3001
    ),
}


@pytest.mark.parametrize("said", BROKEN)
def test_a_broken_change_is_found(designs: Designs, said: str) -> None:
    design = of(designs, HTTPS)
    lines = [*map(str, findings(design, edited(design, BROKEN[said])))]
    assert [line for line in lines if said in line], lines
