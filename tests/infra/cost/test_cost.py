"""The estimate: small designs line by line, then the real ones against hand-calculated figures."""

import json
import re
import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from infra import config, synth
from infra.app_contract import GRAPHS
from infra.checks.template import Design
from infra.cost import book, cdn, usage
from infra.cost.__main__ import PAGE, check_region, main, of_assemblies
from infra.cost.book import BookError
from infra.cost.charge import CostError, Line, Month, Size
from infra.cost.charges import PRICED
from infra.cost.estimate import Bill, bill, cents
from infra.cost.free import FREE
from infra.cost.page.page import page
from infra.product import DATABASE, SECRETS
from tests.infra.conftest import Assembly, Designs

BOOK = book.load()
D = Decimal


def design(**resources: tuple[str, Mapping[str, Any]]) -> Design:
    """A design of one stack; each resource is its type without `AWS::`, and its properties."""
    declared = {
        name: {"Type": f"AWS::{type_}", "Properties": properties}
        for name, (type_, properties) in resources.items()
    }
    return Design({"Stack": {"Resources": declared}})


def one(type_: str, **properties: object) -> Design:
    """A design of one resource."""
    return design(It=(type_, properties))


def lines(of: Design, tasks: Size = Size.LEAST, database: Size = Size.LEAST) -> dict[Line, Decimal]:
    return dict(bill(Month(of, tasks, database), BOOK).lines)


TASK: Mapping[str, Any] = {
    "Cpu": "1024",
    "Memory": "2048",
    "RuntimePlatform": {"CpuArchitecture": "X86_64"},
}
RDS: Mapping[str, Any] = {
    "Engine": "postgres",
    "DBInstanceClass": "db.t3.micro",
    "MultiAZ": True,
    "AllocatedStorage": "20",
    "StorageType": "gp3",
}
FAST = {"Type": "HTTP", "RequestInterval": 10}
WAF_LOGS = "aws-waf-logs-anything"
INSIGHTS = {"Name": "containerInsights", "Value": "enhanced"}


def service(task: Mapping[str, Any] = TASK, least: int = 2, most: int = 10) -> Design:
    target = {
        "MinCapacity": least,
        "MaxCapacity": most,
        "ResourceId": {"Fn::Join": ["", ["service/", {"Fn::GetAtt": ["Service", "Name"]}]]},
    }
    return design(
        Task=("ECS::TaskDefinition", task),
        Service=("ECS::Service", {"TaskDefinition": {"Ref": "Task"}}),
        Target=("ApplicationAutoScaling::ScalableTarget", target),
    )


def aurora(instances: int, scaling: Mapping[str, Any]) -> Design:
    instance = {"DBClusterIdentifier": {"Ref": "Cluster"}, "DBInstanceClass": "db.serverless"}
    cluster = {"Engine": "aurora-postgresql", "ServerlessV2ScalingConfiguration": scaling}
    return design(
        Cluster=("RDS::DBCluster", cluster),
        **{f"Instance{n}": ("RDS::DBInstance", instance) for n in range(instances)},
    )


# Prices follow the template


NAT: dict[str, tuple[str, dict[str, Any]]] = {
    "Nat": ("EC2::NatGateway", {}),
    "Ip": ("EC2::EIP", {}),
}
TRACKING = ("ApplicationAutoScaling::ScalingPolicy", {"PolicyType": "TargetTrackingScaling"})
METRICS = [{"Expression": "a/b"}, {"MetricStat": {"Period": 60}}, {"MetricStat": {}}]


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (service(least=2), {Line.FARGATE: "89.97"}),
        (service(least=3), {Line.FARGATE: "134.95"}),
        (
            service({**TASK, "RuntimePlatform": {"CpuArchitecture": "ARM64"}}),
            {Line.FARGATE: "71.96"},
        ),
        (service({**TASK, "Cpu": "256", "Memory": "512"}), {Line.FARGATE: "22.49"}),
        (service({**TASK, "Memory": "4096"}), {Line.FARGATE: "106.11"}),
        (one("RDS::DBInstance", **RDS), {Line.RDS: "46.40"}),
        (one("RDS::DBInstance", **{**RDS, "MultiAZ": "true"}), {Line.RDS: "46.40"}),
        (one("RDS::DBInstance", **{**RDS, "AllocatedStorage": "100"}), {Line.RDS: "68.48"}),
        (design(**NAT), {Line.NAT: "45.26", Line.IPV4: "3.65", Line.NAT_DATA: "0.37"}),
        (  # a second one has no data of its own
            design(**NAT, Nat2=NAT["Nat"], Ip2=NAT["Ip"]),
            {Line.NAT: "90.52", Line.IPV4: "7.30", Line.NAT_DATA: "0.37"},
        ),
        (one("Logs::LogGroup", RetentionInDays=30), {Line.LOGS: "3.80", Line.STORED: "0.17"}),
        (one("Logs::LogGroup", RetentionInDays=90), {Line.LOGS: "3.80", Line.STORED: "0.50"}),
        (one("CloudWatch::Alarm", Period=300), {Line.ALARMS: "0.10"}),
        (one("CloudWatch::Alarm", Metrics=METRICS), {Line.ALARMS: "0.20"}),
        (design(Cpu=TRACKING, Memory=TRACKING), {Line.ALARMS: "0.40"}),
        (
            design(One=("SecretsManager::Secret", {}), Two=("SecretsManager::Secret", {})),
            {Line.SECRETS: "0.81"},
        ),
        (one("Route53::HostedZone"), {Line.DNS: "0.50", Line.QUERIES: "0.04"}),
        (one("Route53::HealthCheck", HealthCheckConfig={"Type": "HTTP"}), {Line.OUTSIDE: "0.50"}),
        (one("Route53::HealthCheck", HealthCheckConfig={"Type": "HTTPS"}), {Line.OUTSIDE: "1.50"}),
        (one("WAFv2::WebACL", Rules=[{}, {}, {}]), {Line.WAF: "14.00"}),
        (one("CloudFront::Distribution"), {Line.CDN: "17.70", Line.STORED: "0.05"}),
        (  # of its own requests, not a share of the containers' lines
            design(
                Tasks=("Logs::LogGroup", {"RetentionInDays": 30}),
                Firewall=("Logs::LogGroup", {"RetentionInDays": 30, "LogGroupName": WAF_LOGS}),
            ),
            {Line.LOGS: "3.95", Line.STORED: "0.17"},
        ),
    ],
)
def test_a_price_follows_the_templates_values(of: Design, expected: dict[Line, str]) -> None:
    assert lines(of) == {line: D(cost) for line, cost in expected.items()}


def test_the_largest_month_has_the_maximum_number_of_tasks() -> None:
    assert lines(service(most=10), Size.MOST) == {Line.FARGATE: D("449.83")}


@pytest.mark.parametrize(
    ("gigabytes", "requests", "allowance", "expected"),
    [
        ("1000", "0", False, "114"),
        ("0", "25000000", False, "30"),
        ("10240", "0", False, "1167.36"),
        ("20480", "0", False, "2078.72"),  # the second 10 TB at 0.089
        ("6000000", "0", False, "425679.36"),  # through all seven tiers
        ("1024", "10000000", True, "0"),
        ("1025", "10010000", True, "0.126"),
    ],
)
def test_cloudfront_is_priced_by_tier_and_with_the_allowance_on_request(
    gigabytes: str, requests: str, allowance: bool, expected: str
) -> None:
    cost = cdn.delivery(BOOK, D(gigabytes), D(requests), allowance=allowance)
    assert cost == D(expected)


def test_a_web_acl_of_cloudfront_is_priced_as_a_global_one() -> None:
    of = bill(Month(one("WAFv2::WebACL", Scope="CLOUDFRONT", Rules=[{}])), BOOK)
    assert {BOOK[charge.key].match["usagetype"].split("-")[0] for charge in of.charges} == {
        "Global"
    }


@pytest.mark.parametrize(
    ("instances", "size", "capacity"),
    [(1, Size.LEAST, "54.75"), (1, Size.MOST, "219"), (2, Size.LEAST, "109.5")],
)
def test_aurora_is_priced_by_capacity_of_each_instance_storage_and_io(
    instances: int, size: Size, capacity: str
) -> None:
    of = aurora(instances, {"MinCapacity": 0.5, "MaxCapacity": 2})
    stored = D("0.12") * usage.AURORA_STORAGE.value + D("0.24") * 5
    assert lines(of, database=size) == {Line.AURORA: cents(D(capacity) + stored)}


def test_only_an_internet_facing_balancer_pays_for_an_address_in_each_zone() -> None:
    of: dict[str, Any] = {"Scheme": "internet-facing", "Subnets": ["a", "c"]}
    public = lines(design(Alb=("ElasticLoadBalancingV2::LoadBalancer", of)))
    assert (public[Line.ALB], public[Line.IPV4]) == (D("17.74"), D("7.30"))
    internal = {**of, "Scheme": "internal"}
    private = lines(design(Alb=("ElasticLoadBalancingV2::LoadBalancer", internal)))
    assert set(private) == {Line.ALB, Line.LCU}


def test_each_application_metric_on_the_dashboard_is_counted_once() -> None:
    body = '{"metrics":[["KiroSample","Requests","Service","a"],["AWS/ECS","CPUUtilization"],'
    more = '["KiroSample","Requests",{"stat":"p99"}],["KiroSample","Errors"]]}'
    joined = {"Fn::Join": ["", [body, {"Ref": "AWS::Region"}, more]]}
    text = json.dumps(json.loads(body + more), indent=1)
    for written in (joined, text):
        of = lines(one("CloudWatch::Dashboard", DashboardBody=written))
        assert of == {Line.DASHBOARD: D("3.00"), Line.METRICS: D("0.60")}


# What has no price fails


@pytest.mark.parametrize(
    ("of", "named"),
    [
        (one("Kitchen::Fridge"), "AWS::Kitchen::Fridge It"),
        (one("RDS::DBInstance", **{**RDS, "DBInstanceClass": "db.r9.huge"}), "rds-db-r9-huge"),
        (one("RDS::DBInstance", **{**RDS, "StorageType": "io1"}), "It: only the storage gp3"),
        (one("RDS::DBInstance", **{**RDS, "Engine": "mysql"}), "It: only the engine"),
        (one("RDS::DBInstance", **RDS, MonitoringInterval=60), "MonitoringInterval"),
        (one("RDS::DBInstance", **{**RDS, "AllocatedStorage": {"Ref": "P"}}), "Allocated"),
        (service({**TASK, "EphemeralStorage": {"SizeInGiB": 50}}), "Task: EphemeralStorage"),
        (service({"Cpu": "1024"}), "Task: Memory is not a number"),
        (service({**TASK, "RuntimePlatform": {"CpuArchitecture": "RISCV"}}), "Task: RISCV"),
        (one("Route53::HealthCheck", HealthCheckConfig=FAST), "It: only a plain check"),
        (one("Route53::HealthCheck", HealthCheckConfig={"Type": "TCP"}), "It: TCP has no price"),
        (one("ECS::Service"), "It: its task definition is in no template"),
        (one("ECS::Cluster", ClusterSettings=[INSIGHTS]), "It: Container Insights has no price"),
        (one("Logs::LogGroup"), "It: without a retention"),
        (one("CloudWatch::Alarm", Period=10), "It: high resolution"),
        (one("CloudWatch::Dashboard", DashboardBody={"Fn::Sub": "{}"}), "It: DashboardBody is"),
        (one("ElasticLoadBalancingV2::LoadBalancer", Type="network"), "It: only application"),
    ],
)
def test_what_has_no_price_and_is_not_free_is_named(of: Design, named: str) -> None:
    with pytest.raises((CostError, BookError), match=re.escape(named)):
        lines(of)


def test_a_range_without_an_end_is_named() -> None:
    of = aurora(1, {"MinCapacity": 1})
    assert lines(of)
    with pytest.raises(CostError, match="Cluster: MaxCapacity is not a number"):
        lines(of, database=Size.MOST)


def test_no_type_is_both_priced_and_free() -> None:
    assert not set(PRICED) & set(FREE)


def test_a_stack_in_another_region_than_the_books_is_refused(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    stack = '{"artifacts": {"Stack": {"type": "aws:cloudformation:stack", "environment": "aws://1/%s"}}}'
    of = design(Alarm=("CloudWatch::Alarm", {}), Queue=("SQS::Queue", {}))
    manifest.write_text(stack % "ap-northeast-1", "utf-8")
    check_region(tmp_path, of, BOOK)
    manifest.write_text(stack % "eu-west-1", "utf-8")
    with pytest.raises(CostError, match="eu-west-1; the price book is for ap-northeast-1"):
        check_region(tmp_path, of, BOOK)
    check_region(tmp_path, one("CloudWatch::Alarm"), BOOK)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ('usd = 1.5\nconfidence = "hearsay"', "alb has an unknown confidence: hearsay"),
        ('usd = -1.5\nconfidence = "seen"', "alb needs a price above 0"),
        ('usd = 1\nconfidence = "seen"', "with a decimal point"),
        ('confidence = "seen"', "alb is malformed"),
        ("usd = ", "malformed"),
    ],
)
def test_a_malformed_price_book_is_refused(entry: str, why: str) -> None:
    head = 'date = 2026-11-24\nregion = "r"\n[alb]\nwhat = "x"\nunit = "h"\nseen = "2026-10"\n'
    rest = '\nservice = "s"\nmatch = {}\naws_unit = ""\n'
    with pytest.raises(BookError, match=why):
        book.read(head + entry + rest)


def test_a_bad_setting_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE", "oracle")
    assert main([]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# The page


def test_an_uncertain_price_is_marked_in_both_tables() -> None:
    text = page({"rds": one("RDS::DBInstance", **RDS)}, BOOK)
    assert "| RDS PostgreSQL * |" in text
    assert "| RDS for PostgreSQL, db.t3.micro Multi-AZ * |" in text
    assert "| RDS gp3 storage Multi-AZ |" in text


def test_allowances_are_shown_and_not_deducted() -> None:
    alarms: dict[str, Any] = {f"Alarm{number}": ("CloudWatch::Alarm", {}) for number in range(12)}
    board = ("CloudWatch::Dashboard", {"DashboardBody": "{}"})
    of = bill(Month(design(Board=board, **alarms)), BOOK)
    assert (of.total(), of.free) == (D("4.20"), D("4.00"))


def test_the_lines_are_for_the_design_s_own_architecture() -> None:
    arm = {**TASK, "RuntimePlatform": {"CpuArchitecture": "ARM64"}}
    assert "2 x (1 vCPU, 2 GB, ARM) x 730 h" in page({"none": service(arm)}, BOOK)


# The command


def run(of: Design | Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """`make cost` with this design in place of a synthesized one."""

    def synthesize(_: object, out: Path) -> Path:
        out.mkdir()
        if isinstance(of, Path):
            shutil.copytree(of, out, dirs_exist_ok=True)
        else:
            for stack, template in of.templates.items():
                (out / f"{stack}.template.json").write_text(json.dumps(template), "utf-8")
            (out / "manifest.json").write_text('{"artifacts": {}}', "utf-8")
        return out

    monkeypatch.setattr(synth, "synthesize", synthesize)
    for name in ("DATABASE", "DOMAIN", "TASKS"):
        monkeypatch.delenv(name, raising=False)
    return main([])


def test_the_command_prints_the_page(
    assembly: Assembly, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    of = assembly(database=DATABASE, domain="example.com")
    assert run(of, monkeypatch) == 0
    assert capsys.readouterr().out == of_assemblies({DATABASE: of})


def test_an_unknown_type_is_one_line_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(one("Kitchen::Fridge"), monkeypatch) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == ("cost: AWS::Kitchen::Fridge It: no price, and not known to be free\n")


def test_write_has_every_database_whatever_the_settings(
    assembly: Assembly,
    cost_page: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def synthesize(settings: config.Config, out: Path) -> Path:
        cdn = {"CDN": "on"} if settings.cdn else {}
        documented = {"DATABASE": settings.database, "DOMAIN": "example.com", **cdn}
        assert settings == config.read(documented)
        shutil.rmtree(out, ignore_errors=True)  # as the real one does
        return Path(shutil.copytree(assembly(settings.database, "example.com", **cdn), out))

    monkeypatch.setattr(synth, "synthesize", synthesize)
    for name, value in {"DATABASE": "none", "DOMAIN": "other.example", "WAF": "on"}.items():
        monkeypatch.setenv(name, value)
    written = tmp_path / "cost.md"
    monkeypatch.setattr("infra.cost.__main__.PAGE", written)
    assert main(["--write"]) == 0
    assert capsys.readouterr().out == "docs/cost.md written\n"
    assert written.read_text("utf-8") == cost_page


# The real designs


def exact(of: Bill, line: Line) -> Decimal:
    charges = (charge for charge in of.charges if charge.line is line)
    return sum((charge.quantity * BOOK[charge.key].usd for charge in charges), D(0))


WITHOUT_A_DATABASE = {
    Line.ALB: D("17.74"),
    Line.FARGATE: D("89.97"),
    Line.NAT: D("45.26"),
    Line.ECR: D("1.00"),
    Line.LOGS: D("3.80"),
    Line.DNS: D("0.50"),
}


@pytest.mark.parametrize("database", ["rds", "aurora", "none"])
def test_the_design_s_lines_cost_what_was_worked_out_by_hand(
    designs: Designs, database: str
) -> None:
    real = designs(database, "example.com")
    of = bill(Month(real), BOOK)
    base = WITHOUT_A_DATABASE
    assert {line: of.lines[line] for line in base} == base
    assert of.total(base) == D("158.27")
    assert cents(sum((exact(of, line) for line in base), D(0))) == D("158.26")
    arm = bill(Month(real, architecture="ARM64"), BOOK)
    assert cents(sum((exact(arm, line) for line in base), D(0))) == D("140.26")


def test_the_other_lines_are_priced(designs: Designs) -> None:
    rds = lines(designs("rds", "example.com"))
    others = {line: cost for line, cost in rds.items() if line not in WITHOUT_A_DATABASE}
    secrets = (2 + len(SECRETS)) * D("0.40") + D("0.005")  # and a thousand calls
    assert (others.pop(Line.RDS), others.pop(Line.SECRETS)) == (D("46.40"), cents(secrets))
    own = {name for graph in GRAPHS for name, _ in graph.metrics}
    assert others.pop(Line.METRICS) == len(own) * D("0.30")
    del others[Line.ALARMS]  # as many as there are
    assert others[Line.IPV4] == D("10.95")
    assert sum(others.values()) == D("21.25")


def test_each_database_has_its_line_and_only_a_domain_has_a_zone(designs: Designs) -> None:
    assert lines(designs("rds"))[Line.RDS] == D("46.40")
    assert lines(designs("aurora"))[Line.AURORA] == D("109.50") + D("2.40")
    assert not {Line.RDS, Line.AURORA, Line.DNS, Line.QUERIES} & set(lines(designs("none")))


def test_docs_cost_md_is_up_to_date(cost_page: str) -> None:
    assert PAGE.read_text("utf-8") == cost_page, "python -m infra.cost --write"


def test_cloudfront_replaces_the_balancers_addresses_and_its_data_out(designs: Designs) -> None:
    off, on = (lines(designs("rds", "example.com", **cdn)) for cdn in ({}, {"CDN": "on"}))
    assert {line: on.get(line, D(0)) - off.get(line, D(0)) for line in on.keys() ^ off.keys()} == {
        Line.EGRESS: D("-5.70"),
        Line.CDN: D("17.70"),
    }
    changed = {line: on[line] - off[line] for line in on.keys() & off.keys()}
    assert {line: cost for line, cost in changed.items() if cost} == {
        Line.IPV4: D("-7.30"),
        Line.ALARMS: D("0.20"),
        Line.STORED: D("0.05"),
    }


def test_the_firewall_of_cloudfront_and_its_log_are_priced_in_its_region(designs: Designs) -> None:
    of = bill(Month(designs("rds", "example.com", CDN="on", WAF="on", OUTSIDE_CHECK="on")), BOOK)
    keys = {charge.key for charge in of.charges}
    assert {"waf-acl-edge", "waf-requests-edge", "log-ingestion-us-east-1"} <= keys
    assert "waf-acl" not in keys


def test_a_canary_costs_what_the_page_says(designs: Designs) -> None:
    rolling, canary = (
        lines(designs("rds", "example.com", DEPLOYMENT=kind)) for kind in ("rolling", "canary")
    )
    more = {line: canary[line] - cost for line, cost in rolling.items() if canary[line] != cost}
    assert more.keys() == {Line.ALARMS}
    assert f"(`DEPLOYMENT=canary`) | {more[Line.ALARMS]} |" in PAGE.read_text(encoding="utf-8")
