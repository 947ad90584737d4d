"""`make plan`: no change of a setting loses anything, each broken one is found, what it prints."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from ishizue_ops.checks.plan.__main__ import main
from ishizue_ops.checks.plan.changes import findings, plan
from ishizue_ops.config import Config
from ishizue_ops.deploy.ending import ended
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Assembly, Designs
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
    # The state's stack is updated first, while the service's still imports what it exported.
    for first, then in ((old, new), (new, old)):
        imported = re.findall(r'"Fn::ImportValue": "([^"]+)"', json.dumps(first.templates))
        exported = json.dumps(then.templates)
        assert [name for name in imported if f'"Name": "{name}"' not in exported] == []


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


def test_what_its_stack_keeps_no_more_is_a_change(designs: Designs) -> None:
    def unprotected(editor: Editor) -> None:
        stack, logical_id = editor.id_of(editor.one("AWS::ECR::Repository"))
        editor.templates[stack]["Resources"][logical_id]["DeletionPolicy"] = "Delete"

    design = of(designs, HTTPS)
    [change] = plan(design, edited(design, unprotected))
    assert (change.kind, change.changed) == ("update", ["DeletionPolicy"])


@pytest.fixture(autouse=True)
def shared(assembly: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the designs that the tests share, as the command names them."""

    def synthesized(config: Config, _: Path) -> Path:
        explicit = dict(config.explicit)
        return assembly(explicit.pop("DATABASE", "rds"), explicit.pop("DOMAIN", ""), **explicit)

    monkeypatch.setattr("ishizue_ops.checks.plan.__main__.synthesize", synthesized)


@pytest.mark.parametrize("form", ["words", "json", "templates"])
def test_it_prints_what_changes_first_what_cannot_be_undone(
    form: str, assembly: Assembly, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """GetTemplate has a `?` for each character that is not ASCII, which is no change."""
    for file in assembly("none", "example.com", LANGUAGE="ja").glob("*.template.json"):
        text = json.dumps(json.loads(file.read_text("utf-8")), ensure_ascii=False)
        (tmp_path / file.name).write_bytes(text.encode("ascii", "replace"))
    settings = {"DATABASE": "none", "DOMAIN": "example.com", "LANGUAGE": "ja"}
    deployed = {
        "words": "DATABASE=none DOMAIN=example.com LANGUAGE=ja",
        "json": json.dumps(settings),
        "templates": str(tmp_path),
    }
    now = {"DATABASE": "none", "LANGUAGE": "ja", "BUDGET_USD": "300"}
    assert main({"FROM": deployed[form], **now}) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    stacks = ["NotesState", "NotesService", "NotesOutside"]
    assert [line[0] for line in lines if not line[1:]] == stacks
    assert ["keep", "Zone/Zone"] in lines
    assert ["update", "Observability/Budget", "Budget"] in lines
    assert ["delete", "Edge/LoadBalancer/Https"] in lines
    assert not [line for line in lines if "AlarmDescription" in line]
    for (first, *_), (second, *_) in pairwise(lines):
        assert second not in ("delete", "replace") or first in ("delete", "replace", *stacks)


def test_what_would_be_lost_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    off = "DATABASE=aurora AURORA_READER=off DATABASE_PROTECTION=off"
    assert main({"FROM": off, "DATABASE": "none"}) == 1
    assert "plan: Aurora/Cluster: deleted, with a final snapshot\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"FROM": str(Path(__file__).parent)}, "plan: no template in"),
        ({"FROM": "{"}, "plan: set FROM"),
        ({"FROM": "TASKS=2", "TASKS": "0"}, "plan: TASKS=0: must be"),
        ({"FROM": "DATABASE=none", "REGION": "us-west-2"}, "plan: REGION=us-west-2 is another"),
        ({"FROM": "CDN=on"}, "plan: CDN=off: NotesService is deployed with CDN=on"),
    ],
)
def test_a_wrong_setting_is_one_line_and_2(
    environ: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended("plan", lambda: main(environ)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert err.count("\n") == 1
