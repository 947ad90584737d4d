"""The estimate: what a template has decides how many units of which price are charged."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from ishizue_ops import synth
from ishizue_ops.cost import __main__ as command
from ishizue_ops.cost import book
from ishizue_ops.cost.book import Price
from ishizue_ops.cost.charge import Month, Size
from ishizue_ops.cost.charges import PRICED, charges
from ishizue_ops.cost.estimate import bill
from ishizue_ops.resource_types import USUAL
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs

BOOK = book.load()
D = Decimal
HOURS = D(730)


def design(**resources: tuple[str, Mapping[str, Any]]) -> Design:
    """A design of one stack; each resource is its type without `AWS::`, and its properties."""
    declared = {
        name: {"Type": f"AWS::{type_}", "Properties": properties}
        for name, (type_, properties) in resources.items()
    }
    return Design({"Stack": {"Resources": declared}})


def test_a_region_without_prices_is_refused_before_anything_is_synthesized(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REGION", "ap-northeast-3")
    monkeypatch.setattr(synth, "synthesize", None)
    assert command.main([]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "ap-northeast-3" in line
    assert "make prices REGION=ap-northeast-3" in line


def one(type_: str, **properties: object) -> Design:
    """A design of one resource."""
    return design(It=(type_, properties))


def units(of: Design, tasks: Size = Size.LEAST, database: Size = Size.LEAST) -> dict[str, Decimal]:
    """The units of each price in a month."""
    found: dict[str, Decimal] = {}
    for charge in charges(Month(of, tasks, database), BOOK)[0]:
        found[charge.key] = found.get(charge.key, D(0)) + charge.quantity
    return found


TASK: Mapping[str, Any] = {"Cpu": "1024", "Memory": "2048"}
ARM = {"RuntimePlatform": {"CpuArchitecture": "ARM64"}}
RDS: Mapping[str, Any] = {
    "Engine": "postgres",
    "DBInstanceClass": "db.t3.micro",
    "MultiAZ": True,
    "AllocatedStorage": "20",
    "StorageType": "gp3",
}
NAT: tuple[str, Mapping[str, Any]] = ("EC2::NatGateway", {})
LOG = ("Logs::LogGroup", {"RetentionInDays": 60})
WAF_LOG = ("Logs::LogGroup", {"RetentionInDays": 30, "LogGroupName": "aws-waf-logs-a"})
REPLICATED = {"ReplicaRegions": [{"Region": "ap-northeast-3"}]}
HTTP, FAST = {"Type": "HTTP"}, {"Type": "HTTP", "RequestInterval": 10}


def service(task: Mapping[str, Any] = TASK) -> Design:
    target = {
        "MinCapacity": 2,
        "MaxCapacity": 10,
        "ResourceId": {"Fn::Join": ["", ["service/", {"Fn::GetAtt": ["Service", "Name"]}]]},
    }
    return design(
        Task=("ECS::TaskDefinition", task),
        Service=("ECS::Service", {"TaskDefinition": {"Ref": "Task"}}),
        Target=("ApplicationAutoScaling::ScalableTarget", target),
    )


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (
            service({"Cpu": "256", "Memory": "512", **ARM}),
            {"fargate-arm-vcpu": HOURS / 2, "fargate-arm-memory": HOURS},
        ),
        (
            one("RDS::DBInstance", **{**RDS, "MultiAZ": "false", "AllocatedStorage": "100"}),
            {"rds-db-t3-micro": HOURS, "rds-gp3": 100},
        ),
        # A second one has no data of its own.
        (design(One=NAT, Two=NAT), {"nat-gateway": 2 * HOURS, "nat-gateway-data": 6}),
        # The firewall's log is of its own requests, not a share of the containers' lines.
        (design(One=LOG, Waf=WAF_LOG), {"log-ingestion": D("5.2"), "log-storage": D("10.2")}),
        (
            design(Acl=("WAFv2::WebACL", {"Scope": "CLOUDFRONT", "Rules": [{}, {}]}), Waf=WAF_LOG),
            {
                "waf-acl-edge": 1,
                "waf-rule-edge": 2,
                "waf-requests-edge": 10,
                "log-ingestion-us-east-1": D("0.2"),
                "log-storage-us-east-1": D("0.2"),
            },
        ),
        (one("WAFv2::WebACL", Rules=[{}]), {"waf-acl": 1, "waf-rule": 1, "waf-requests": 10}),
        (one("SecretsManager::Secret"), {"secret": 1, "secret-calls": D("0.1")}),
        # Copies in another region: what their key protects, and a secret's replica.
        (
            design(Key=("KMS::Key", {}), Cookies=("SecretsManager::Secret", REPLICATED)),
            {
                "kms-key": 1,
                "rds-backup": 20,
                "ecr-storage": 10,
                "region-egress": 10,
                "secret": 2,
                "secret-calls": D("0.1"),
            },
        ),
        (one("Route53::HealthCheck", HealthCheckConfig=HTTP), {"health-check": 1}),
        (
            one("Route53::HealthCheck", HealthCheckConfig={"Type": "HTTPS"}),
            {"health-check": 1, "health-check-option": 1},
        ),
    ],
)
def test_what_is_on_no_page_follows_its_values(of: Design, expected: dict[str, Decimal]) -> None:
    assert {
        key: round(amount, 1 if amount < 50 else 0) for key, amount in units(of).items()
    } == expected


@pytest.mark.parametrize(
    ("of", "named"),
    [
        (one("Kitchen::Fridge"), "price:AWS::Kitchen::Fridge: It: no price"),
        (one("RDS::DBInstance", **{**RDS, "DBInstanceClass": "db.r9.huge"}), "rds-db-r9-huge"),
        (one("RDS::DBInstance", **{**RDS, "StorageType": "io1"}), "It: StorageType 'io1'"),
        (one("RDS::DBInstance", **{**RDS, "Engine": "mysql"}), "It: Engine 'mysql'"),
        (one("RDS::DBInstance", **RDS, MonitoringInterval=60), "It: MonitoringInterval 60"),
        (service({**TASK, "EphemeralStorage": {"SizeInGiB": 50}}), "Task: EphemeralStorage"),
        (service({"Cpu": "1024"}), "Service: Memory is not a number"),
        (one("Route53::HealthCheck", HealthCheckConfig=FAST), "It: only a plain check"),
        (one("Route53::HealthCheck", HealthCheckConfig={"Type": "TCP"}), "It: TCP has no price"),
        (one("ECS::Cluster", ClusterSettings=[{"Value": "enhanced"}]), "It: ClusterSettings"),
        (one("EC2::VPCEndpoint", VpcEndpointType="Interface"), "It: VpcEndpointType"),
        (one("Logs::LogGroup"), "It: without a retention"),
        (one("CloudWatch::Alarm", Period=10), "It: high resolution"),
        (one("ElasticLoadBalancingV2::LoadBalancer", Type="network"), "It: Type 'network'"),
    ],
)
def test_what_has_no_price_and_is_not_free_is_named(of: Design, named: str) -> None:
    [finding] = bill(Month(of), BOOK).unknown
    assert finding.name.startswith("price:AWS::")
    assert named in str(finding)


def test_each_usual_type_is_priced_or_free() -> None:
    free = {name for name, one in USUAL.items() if one.free}
    priced = {*PRICED, *(name for name, one in USUAL.items() if one.prices)}
    assert not priced & free
    # What a flow log costs is where it goes.
    assert priced | free == {*USUAL} - {"AWS::EC2::FlowLog"}


def test_a_worker_and_a_job_have_lines_of_their_own() -> None:
    task = {"TaskDefinitionArn": {"Ref": "Task"}, "TaskCount": 2}
    schedule = {"Target": {"EcsParameters": task}}
    targets = {"Targets": [{"EcsParameters": task}, {"Arn": "arn:aws:sns:x"}]}
    found = bill(
        Month(
            design(
                Task=("ECS::TaskDefinition", TASK),
                Web=("ECS::Service", {"TaskDefinition": {"Ref": "Task"}, "LoadBalancers": [{}]}),
                Sender=("ECS::Service", {"TaskDefinition": {"Ref": "Task"}, "DesiredCount": 3}),
                Nightly=("Scheduler::Schedule", schedule),
                Purge=("Events::Rule", targets),
            )
        ),
        BOOK,
    )
    assert found.unknown == ()
    units = {
        line: sum(each.quantity for each in found.charges if each.line == f"ECS Fargate{line}")
        for line in ("", ": Sender", ": Nightly", ": Purge")
    }
    # Of a processor and two gigabytes: by the month, and two tasks for five hours.
    assert units == {"": 2190, ": Sender": 6570, ": Nightly": 30, ": Purge": 30}


def test_units_beyond_a_tier_have_its_price() -> None:
    tiers = {D(10): D("0.5"), D(30): D("0.25")}
    price = Price("k", "w", "GB", D(1), "2026", "seen", "s", {}, "", tiers=tiers)
    assert [price.cost(D(n)) for n in (0, 10, 12, 30, 34)] == [0, 10, 11, 20, 21]


# The real designs


def test_the_edge_and_a_canary_have_prices_of_their_own(designs: Designs) -> None:
    plain = designs("rds", "example.com")
    cdn = designs("rds", "example.com", CDN="on", WAF="on", OUTSIDE_CHECK="on")
    without = designs("rds")
    here, edge = units(plain), units(cdn)
    assert {"waf-acl-edge", "waf-requests-edge", "log-ingestion-us-east-1"} <= edge.keys()
    assert edge["waf-rule-edge"] == 4  # as the page says
    assert not {"waf-acl", "internet-egress"} & edge.keys()
    assert here["public-ipv4"] - edge["public-ipv4"] == 2 * HOURS
    assert not {"hosted-zone", "dns-queries"} & units(without).keys()
    canary = units(designs("rds", "example.com", DEPLOYMENT="canary"))
    assert canary["alarm"] - here["alarm"] == 1  # as the page says
