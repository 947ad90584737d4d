"""The limits of an environment's roles: what staging can do to production, and what it needs.

Each action of AWS's Service Authorization Reference is simulated on each resource of production.
The role has every right that a template could give it, and the limits as its boundary.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ishizue_ops.config import Config
from ishizue_ops.design.limits import statements
from ishizue_ops.iam import needs, simulator
from ishizue_ops.iam.cases import Case
from ishizue_ops.iam.policies import Document
from ishizue_ops.iam.record import ACCOUNT
from ishizue_ops.names import LONGEST_TITLE
from ishizue_ops.product import Product
from ishizue_ops.template import Design, Resource
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import EDGE, only

pytestmark = [pytest.mark.external, pytest.mark.slow]

REGION = "ap-northeast-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/NotesStagingState-Role-1"
ALL = {**EDGE, "DEPLOYMENT": "canary", "BACKUP_COPY_REGION": "us-west-2"}
OWN = {**ALL, "ENVIRONMENT": "staging", "BOOTSTRAP": "own"}
INTERFACE = f"arn:aws:ec2:{REGION}:{ACCOUNT}:network-interface/eni-0a1b2c3d"
"""A function's, which Lambda makes without tags."""

KNOWN = tomllib.loads(Path(__file__).with_name("limits.toml").read_text("utf-8"))
IAM_TYPES: Mapping[str, str] = KNOWN["types"]
AMBIGUOUS = {*KNOWN["ambiguous"]}

NEVER_CALLED = [
    action.lower()
    for group in tomllib.loads(Path(__file__).with_name("never_called.toml").read_text())["never"]
    for action in group["actions"]
]
"""Patterns of what the schemas name, and no stack does."""

_ALLOW = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}
KEY = Document("key", "", {"Version": "2012-10-17", "Statement": [_ALLOW]})
"""A key's own policy, which leaves the rest to IAM."""

RECORDS = "route53:ChangeResourceRecordSetsNormalizedRecordNames"


def asked(action: str, level: str, resource: str, context: Mapping[str, Any]) -> Case:
    """A call of a role that has every right; its source is the action's access level."""
    usual: dict[str, Any] = {"aws:RequestedRegion": REGION, RECORDS: ["example.com"], **context}
    key = KEY if action.startswith("kms:") else None
    return Case("a role", ROLE, action, resource, usual, level, None, key)


@cache
def reference(kind: str, service: str) -> dict[str, Any]:
    """The `actions` or `resourceTypes` of a service, by their names in lower case."""
    data = simulator.modules() / "@cloud-copilot" / "iam-data" / "data"
    entries: dict[str, Any] = json.loads((data / kind / f"{service}.json").read_text())
    return entries


def arn(resource: Resource) -> str:
    """The ARN, with the name that CloudFormation gives it."""
    service, _, kind = IAM_TYPES[resource.type].partition(":")
    form = reference("resourceTypes", service)[kind.lower()]["arn"]
    given = resource.properties.get("Name", f"{resource.stack}-{resource.logical_id}-0A1B2C3D")
    named = resource.properties.get("LogGroupName", given).removeprefix("/")
    name = named.lower() if service in ("s3", "ecr", "rds") else named
    if service in ("ec2", "route53", "cloudfront", "secretsmanager", "acm"):
        name = f"{resource.logical_id}-0a1b2c3d"
    known = {"Partition": "aws", "Region": REGION, "Account": ACCOUNT}
    return re.sub(r"\$\{(\w+)\}", lambda match: known.get(match[1], name), form)


def tags(resource: Resource) -> dict[str, str]:
    for key in ("Tags", "HostedZoneTags", "BackupPlanTags", "BackupVaultTags"):
        if given := resource.properties.get(key):
            pairs = given.items() if isinstance(given, dict) else [tag.values() for tag in given]
            return dict(pairs)
    return {}


def on(name: str, own: Mapping[str, str], services: Iterable[str]) -> Iterator[Case]:
    """Each action of these services on an ARN with these tags; some know those of another."""
    for service in services:
        for kind in reference("resourceTypes", service).values():
            form = re.sub(r"\\\$\\{\w+\\}", "[^:]+", re.escape(kind["arn"]))
            if kind["arn"].startswith("arn:${Partition}:${Vendor}") or not re.fullmatch(form, name):
                continue
            keys = kind.get("conditionKeys", ())
            # A bucket's tags count only once its owner turns that on.
            tagged = service != "s3" and any("aws:ResourceTag" in key for key in keys)
            context = {f"aws:ResourceTag/{key}": own[key] for key in own} if tagged else {}
            for action in reference("actions", service).values():
                if kind["key"].lower() in (
                    known["name"].lower() for known in action["resourceTypes"]
                ):
                    yield asked(f"{service}:{action['name']}", action["accessLevel"], name, context)


def anywhere(services: Iterable[str]) -> Iterator[Case]:
    """Each action of these services for which IAM knows no resource."""
    for service in services:
        for action in reference("actions", service).values():
            if not action["resourceTypes"]:
                yield asked(f"{service}:{action['name']}", action["accessLevel"], "*", {})


def limits(design: Design) -> dict[str, Any]:
    policy = only(design, "AWS::IAM::ManagedPolicy").properties["PolicyDocument"]
    text = json.dumps(policy).replace("${AWS::AccountId}", ACCOUNT)
    document: dict[str, Any] = json.loads(text, object_hook=lambda node: node.get("Fn::Sub", node))
    return document


def services(policy: Mapping[str, Any]) -> list[str]:
    named = {action.partition(":")[0] for each in policy["Statement"] for action in each["Action"]}
    return sorted(named - {"*"})


def allowed(policy: Mapping[str, Any], calls: Iterable[Case]) -> list[Case]:
    """The calls that a role with every right and these limits may make."""
    limited = [replace(case, boundary=Document("limits", "", policy)) for case in calls]
    results = simulator.run([case.simulation for case in limited])
    both = [(case, result.get("decision")) for case, result in zip(limited, results, strict=True)]
    assert {case.action for case, decision in both if decision is None} <= AMBIGUOUS
    return [case for case, decision in both if decision == "Allowed"]


def written(cases: Iterable[Case]) -> set[str]:
    """The actions that change something."""
    return {case.action for case in cases if not re.search("Read|List", case.source)}


@pytest.fixture
def staging(designs: Designs) -> Design:
    return designs("aurora", "staging.example.com", **OWN)


BESIDE = {
    f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/NotesState/0a1b": {
        "Environment": "production"
    },
    f"arn:aws:iam::{ACCOUNT}:policy/NotesLimits": {"Environment": "production"},
    f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-deploy-role-{ACCOUNT}-{REGION}": {},
    f"arn:aws:iam::{ACCOUNT}:policy/NotesStagingLimits": {},
    "arn:aws:s3:::cdk-hnb659fds-assets-1": {},
}
"""What belongs to production, or to the account, and is in no template of the service."""


@pytest.fixture
def production(designs: Designs) -> dict[str, dict[str, str]]:
    """The ARNs of its resources, with their tags: with either kind of database."""
    arns = dict(BESIDE)
    for database in ("aurora", "rds"):
        design = designs(database, "example.com", **ALL)
        arns |= {arn(each): tags(each) for each in design.resources if each.type in IAM_TYPES}
    return arns


def test_staging_s_roles_can_do_nothing_to_production_s_resources(
    staging: Design, production: dict[str, dict[str, str]]
) -> None:
    policy = limits(staging)
    calls = [case for name in production for case in on(name, production[name], services(policy))]
    assert len(calls) > 1500
    permitted = allowed(policy, calls)
    assert written(permitted) == {*KNOWN["not_by_name"]}
    other = {case.action for case in permitted} - {*KNOWN["not_by_name"]} - {*KNOWN["read"]}
    assert not [name for name in other if not re.match(r"[\w-]+:(Describe|List)", name)]


def test_what_iam_cannot_limit_is_known(staging: Design) -> None:
    """What is on no resource, and interfaces without tags."""
    policy = limits(staging)
    changing = written(allowed(policy, anywhere(services(policy))))
    made = {name for name in changing if re.search(":(Create|Request)", name)}
    assert changing - made == {*KNOWN["not_at_all"]}
    assert written(allowed(policy, on(INTERFACE, {}, ["ec2"]))) == {*KNOWN["on_interfaces"]}


def test_roles_keep_their_limits_and_change_the_domain_s_own_records_only(staging: Design) -> None:
    bound = {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/NotesStagingLimits"}
    other = {"iam:PermissionsBoundary": "arn:aws:iam::1:policy/o"}
    zone = "arn:aws:route53:::hostedzone/Z0123456789ABC"
    change = "route53:ChangeResourceRecordSets"
    may = [
        asked("iam:CreateRole", "Write", ROLE, bound),
        asked("iam:PutRolePolicy", "Write", ROLE, bound),
        asked(change, "Write", zone, {RECORDS: ["staging.example.com"]}),
        asked(change, "Write", zone, {RECORDS: ["_x.staging.example.com"]}),
    ]
    may_not = [
        asked("iam:CreateRole", "Write", ROLE, {}),
        asked("iam:PutRolePolicy", "Write", ROLE, other),
        asked("iam:AttachRolePolicy", "Write", ROLE, {}),
        asked("iam:DeleteRolePermissionsBoundary", "Write", ROLE, bound),
        asked(change, "Write", zone, {RECORDS: ["example.com"]}),
    ]
    permitted = allowed(limits(staging), [*may, *may_not])
    assert [replace(case, boundary=None) for case in permitted] == may


def test_roles_may_do_what_schemas_and_their_policies_name_to_staging_s_resources(
    staging: Design, designs: Designs
) -> None:
    without_cdn = {**OWN, "CDN": "off"}
    both = (staging, designs("rds", "staging.example.com", **without_cdn))
    policy = limits(staging)
    needed = set[str]().union(*map(needs.deployed, both))
    own = {each.id: each for design in both for each in design.resources if each.type in IAM_TYPES}
    known = [
        *(case for each in own.values() for case in on(arn(each), tags(each), services(policy))),
        *on(INTERFACE, {}, ["ec2"]),
        *anywhere(services(policy)),
    ]
    calls = [each for each in known if each.action.lower() in needed]
    refused = {case.action for case in calls} - {case.action for case in allowed(policy, calls)}
    called = {action for action in refused if not never_called(action)}
    # Records of another name, and roles that a service assumes.
    others = {"route53:ChangeResourceRecordSets", "sts:AssumeRole"}
    assert called == {*KNOWN["bounded"]} | AMBIGUOUS | others


def never_called(action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern) for pattern in NEVER_CALLED)


def test_the_longest_policy_fits() -> None:
    """IAM takes 6144 characters, without white space."""
    name = "N" * (LONGEST_TITLE - 16)
    longest = Config(
        product=Product(name=name),
        environment="e" * 16,
        bootstrap="own",
        region="ap-southeast-2",
        backup_copy_region="ap-northeast-3",
        domain=f"{'d' * 60}.com",
    )
    document = {"Version": "2012-10-17", "Statement": statements(longest)}
    text = json.dumps(document, separators=(",", ":")).replace("${AWS::AccountId}", ACCOUNT)
    assert len(text) < 6144
