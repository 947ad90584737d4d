"""Each rule is broken by one edit of a real template, and finds it."""

from dataclasses import dataclass, field

import pytest

from infra.checks.template import Design
from infra.checks.walk.rules import collisions, findings
from tests.infra.conftest import Designs
from tests.infra.edit import Edit, Editor, Raw, change, edited

RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
INSTANCE, SERVICE, BUCKET = "AWS::RDS::DBInstance", "AWS::ECS::Service", "AWS::S3::Bucket"
GROUP = "AWS::EC2::SecurityGroup"

HTTP, HTTPS = ("rds", ""), ("rds", "example.com")


def unchanged(_: Editor) -> None: ...


@dataclass(frozen=True)
class Broken:
    """A change with a fault, from an edited design to another, and what the finding says."""

    said: str
    new: Edit
    old: Edit = field(default=unchanged)
    change: tuple[tuple[str, str] | None, tuple[str, str]] = (HTTPS, HTTPS)
    """The settings before and after; None before the first deployment."""


def raw(editor: Editor, kind: str, path: str = "") -> Raw:
    [found] = editor.all(kind, path)
    return found


def as_before_listener_rules(editor: Editor) -> None:
    """The listener's default action alone decides, as in the first deployments."""
    for found in editor.all(RULE):
        editor.remove(found["Properties"])


def a_redirect_that_waits_for_nothing(editor: Editor) -> None:
    raw(editor, LISTENER, "/Http/").pop("DependsOn", None)


def a_record_that_waits_for_nothing(editor: Editor) -> None:
    a_redirect_that_waits_for_nothing(editor)
    raw(editor, "AWS::Route53::RecordSet").pop("DependsOn", None)


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
    outputs = editor.templates["KiroSampleState"]["Outputs"]
    [name] = [each for each in outputs if "AccessLogsBucket" in each]
    del outputs[name]


def another_type(editor: Editor) -> None:
    raw(editor, BUCKET)["Type"] = "AWS::SQS::Queue"


def a_listener_under_another_id(editor: Editor) -> None:
    resources = editor.templates["KiroSampleService"]["Resources"]
    [old] = [each for each in resources if "Http4" in each]
    resources["Port80"] = resources.pop(old)
    for each in resources.values():
        depends = each.get("DependsOn", [])
        each["DependsOn"] = ["Port80" if name == old else name for name in depends]
        listener = each.get("Properties", {}).get("ListenerArn")
        if listener == {"Ref": old}:
            listener["Ref"] = "Port80"


def a_fixed_name(editor: Editor) -> None:
    editor.one(TARGETS, "Edge/Tasks")["Name"] = "kirosample"


def a_fixed_name_and_another_port(editor: Editor) -> None:
    a_fixed_name(editor)
    editor.one(TARGETS, "Edge/Tasks")["Port"] = 3001


def a_service_without(part: str) -> Edit:
    def edit(editor: Editor) -> None:
        service = raw(editor, SERVICE)
        service["DependsOn"] = [each for each in service["DependsOn"] if part not in each]

    return edit


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
    editor.add("KiroSampleService", "Egress", kind, GroupId=group_id, **rule)


BROKEN = {
    "fault 3: a redirect before its target listens": Broken(
        "is redirected to port 443, which does not serve",
        a_redirect_that_waits_for_nothing,
        as_before_listener_rules,
        change=(HTTP, HTTPS),
    ),
    "a record before its listener": Broken(
        "example.com leads to the load balancer, which does not serve it",
        a_record_that_waits_for_nothing,
        as_before_listener_rules,
        change=(HTTP, HTTPS),
    ),
    "443 closed while port 80 redirects to it": Broken(
        "port 80 for example.com does not serve, after update SecurityGroups/LoadBalancer",
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
    "a fixed name that stays": Broken(
        "AccessLogs/Bucket: stays as BucketName kirosample-log, and cannot be made again",
        a_bucket_that_leaves,
        change(BUCKET, BucketName="kirosample-log"),
    ),
    "a longer secret": Broken("its value is written over", a_longer_secret),
    "an export that leaves": Broken(
        "removed while another stack imports it", without_the_bucket_s_export
    ),
    "another bucket in an export": Broken(
        "changed while another stack imports it", change(BUCKET, BucketName="kirosample-log")
    ),
    "another type": Broken("AWS::S3::Bucket cannot become AWS::SQS::Queue", another_type),
    "two listeners of one port": Broken("Port 80 exists, as", a_listener_under_another_id),
    "a fixed name": Broken(
        "Name kirosample exists, as", a_fixed_name_and_another_port, a_fixed_name
    ),
    "a target group without a listener": Broken(
        "Edge/Tasks has no listener yet", a_service_without("LoadBalancerHttp"), change=(None, HTTP)
    ),
    "tasks without rights": Broken(
        "DefaultPolicy is not attached yet", a_service_without("DefaultPolicy"), change=(None, HTTP)
    ),
    "another load balancer": Broken(
        "Edge/LoadBalancer: replaced, for Scheme",
        change("AWS::ElasticLoadBalancingV2::LoadBalancer", Scheme="internal"),
    ),
    "a target group before its tasks": Broken(
        "port 443 for example.com does not serve", change(TARGETS, "Edge/Tasks", Port=3001)
    ),
    "a subnet without a route": Broken(
        "deleted before its successor is created", another_route_table
    ),
    "a rule that moves to the other stack": Broken(
        "tasks in ap-northeast-1a → internet → tcp 443 is closed", egress_in_the_other_stack
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_rule_finds_the_broken_change(designs: Designs, name: str) -> None:
    broken = BROKEN[name]
    before, after = broken.change
    old = designs(*before) if before else Design({})
    found = findings(_edited(old, broken.old), edited(designs(*after), broken.new))
    assert [line for line in found if broken.said in line], found


def test_weights_that_ecs_has_moved_are_not_set_back(designs: Designs) -> None:
    def another_name(editor: Editor) -> None:
        [condition] = editor.one(RULE, "Https/Production")["Conditions"]
        condition["HostHeaderConfig"]["Values"].append("www.example.com")

    canary, rolling = designs(*HTTPS, DEPLOYMENT="canary"), designs(*HTTPS)
    said = "Edge/LoadBalancer/Https/Production: its weights are set back"
    assert [line for line in findings(canary, edited(canary, another_name)) if said in line]
    assert findings(rolling, edited(rolling, another_name)) == []


def _edited(design: Design, edit: Edit) -> Design:
    return design if edit is unchanged else edited(design, edit)


def test_a_fixed_name_of_two_environments_is_found(designs: Designs) -> None:
    def other(editor: Editor) -> None:
        for stack in list(editor.templates):
            editor.templates[f"Other{stack}"] = editor.templates.pop(stack)
        for template in editor.templates.values():
            for output in template.get("Outputs", {}).values():
                output.pop("Export", None)

    design = designs("rds")
    found = collisions(design, edited(design, other))
    assert "DatabaseSecretArn: Name /kirosample/database-secret-arn" in found
