"""The estimate: hand-made designs line by line, then the real ones against worked-out figures."""

import copy
import json
import re
import shutil
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from infra import config, synth
from infra.report.cost import book
from infra.report.cost.__main__ import PAGE, check_region, main, of_assemblies
from infra.report.cost.book import BookError
from infra.report.cost.charge import CostError, Line, Month, Size
from infra.report.cost.charges import PRICED
from infra.report.cost.document import BASE, of_document
from infra.report.cost.estimate import Bill, bill, cents
from infra.report.cost.free import FREE
from infra.report.cost.page import page
from infra.report.cost.usage import ASSUMED
from infra.report.template import Design, load

BOOK = book.load()
D = Decimal

Assembly = Callable[..., Path]


def design(**resources: tuple[str, Mapping[str, Any]]) -> Design:
    """A design of one stack; each resource is its type without `AWS::`, and its properties."""
    return Design(
        {
            "Stack": {
                "Resources": {
                    name: {"Type": f"AWS::{type_}", "Properties": properties}
                    for name, (type_, properties) in resources.items()
                }
            }
        }
    )


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


def service(task: Mapping[str, Any] = TASK, least: int = 2, most: int = 10) -> Design:
    return design(
        Task=("ECS::TaskDefinition", task),
        Service=("ECS::Service", {"TaskDefinition": {"Ref": "Task"}}),
        Target=(
            "ApplicationAutoScaling::ScalableTarget",
            {
                "MinCapacity": least,
                "MaxCapacity": most,
                "ResourceId": {"Fn::Join": ["", ["service/", {"Fn::GetAtt": ["Service", "Name"]}]]},
            },
        ),
    )


def aurora(instances: int, scaling: Mapping[str, Any]) -> Design:
    instance = {"DBClusterIdentifier": {"Ref": "Cluster"}, "DBInstanceClass": "db.serverless"}
    cluster = {"Engine": "aurora-postgresql", "ServerlessV2ScalingConfiguration": scaling}
    return design(
        Cluster=("RDS::DBCluster", cluster),
        **{f"Instance{n}": ("RDS::DBInstance", instance) for n in range(instances)},
    )


# What a template says decides


@pytest.mark.parametrize(
    ("task", "tasks", "cost"),
    [
        (TASK, 2, "89.97"),
        ({**TASK, "RuntimePlatform": {"CpuArchitecture": "ARM64"}}, 2, "71.96"),
        (TASK, 3, "134.95"),
        ({**TASK, "Cpu": "256", "Memory": "512"}, 2, "22.49"),
        ({**TASK, "Memory": "4096"}, 2, "106.11"),
    ],
)
def test_fargate_costs_what_the_task_definition_and_the_number_of_tasks_say(
    task: Mapping[str, Any], tasks: int, cost: str
) -> None:
    assert lines(service(task, least=tasks)) == {Line.FARGATE: D(cost)}


def test_the_largest_month_has_as_many_tasks_as_auto_scaling_allows() -> None:
    assert lines(service(most=10), Size.MOST) == {Line.FARGATE: D("449.83")}


@pytest.mark.parametrize(
    ("changed", "cost"),
    [
        ({}, "46.40"),
        ({"MultiAZ": False}, "23.20"),
        ({"MultiAZ": "true"}, "46.40"),
        ({"DBInstanceClass": "db.t4g.micro"}, "42.02"),
        ({"AllocatedStorage": "100"}, "68.48"),
    ],
)
def test_rds_costs_what_its_class_its_zones_and_its_disk_say(
    changed: Mapping[str, Any], cost: str
) -> None:
    assert lines(design(Db=("RDS::DBInstance", {**RDS, **changed}))) == {Line.RDS: D(cost)}


@pytest.mark.parametrize(
    ("instances", "size", "capacity"),
    [(1, Size.LEAST, "54.75"), (1, Size.MOST, "219"), (2, Size.LEAST, "109.5")],
)
def test_aurora_costs_its_capacity_units_for_each_instance_with_what_it_stores(
    instances: int, size: Size, capacity: str
) -> None:
    of = aurora(instances, {"MinCapacity": 0.5, "MaxCapacity": 2})
    stored = D("0.12") * ASSUMED.aurora_storage.value + D("0.24") * 5
    assert lines(of, database=size) == {Line.AURORA: cents(D(capacity) + stored)}


def test_a_balancer_is_charged_for_an_address_in_each_zone_only_where_the_internet_sees_it() -> (
    None
):
    of: dict[str, Any] = {"Scheme": "internet-facing", "Subnets": ["a", "c"]}
    public = lines(design(Alb=("ElasticLoadBalancingV2::LoadBalancer", of)))
    assert (public[Line.ALB], public[Line.IPV4]) == (D("17.74"), D("7.30"))
    internal = {**of, "Scheme": "internal"}
    private = lines(design(Alb=("ElasticLoadBalancingV2::LoadBalancer", internal)))
    assert set(private) == {Line.ALB, Line.LCU}


def test_a_second_nat_gateway_costs_its_hours_and_its_address_but_no_more_data() -> None:
    one: dict[str, Any] = {"Nat": ("EC2::NatGateway", {}), "Ip": ("EC2::EIP", {})}
    two = {**one, "Nat2": ("EC2::NatGateway", {}), "Ip2": ("EC2::EIP", {})}
    assert lines(design(**one)) == {
        Line.NAT: D("45.26"),
        Line.IPV4: D("3.65"),
        Line.NAT_DATA: D("0.62"),
    }
    assert lines(design(**two)) == {
        Line.NAT: D("90.52"),
        Line.IPV4: D("7.30"),
        Line.NAT_DATA: D("0.62"),
    }


def test_logs_cost_their_ingestion_and_as_many_months_as_they_are_kept() -> None:
    of = lines(design(Group=("Logs::LogGroup", {"RetentionInDays": 30})))
    assert of == {Line.LOGS: D("3.80"), Line.STORED: D("0.17")}
    longer = lines(design(Group=("Logs::LogGroup", {"RetentionInDays": 90})))
    assert longer[Line.STORED] == D("0.50")


def test_target_tracking_brings_two_alarms_and_an_expression_one_for_each_metric() -> None:
    tracking = ("ApplicationAutoScaling::ScalingPolicy", {"PolicyType": "TargetTrackingScaling"})
    metrics = [{"Expression": "a/b"}, {"MetricStat": {"Period": 60}}, {"MetricStat": {}}]
    of = design(
        Plain=("CloudWatch::Alarm", {"Period": 300}),
        Ratio=("CloudWatch::Alarm", {"Metrics": metrics}),
        Cpu=tracking,
        Memory=tracking,
    )
    assert lines(of) == {Line.ALARMS: D("0.70")}


def test_the_applications_metrics_are_counted_on_the_dashboard_once_each() -> None:
    body = '{"metrics":[["KiroSample","Requests","Service","a"],["AWS/ECS","CPUUtilization"],'
    more = '["KiroSample","Requests",{"stat":"p99"}],["KiroSample","Errors"]]}'
    joined = {"Fn::Join": ["", [body, {"Ref": "AWS::Region"}, more]]}
    text = json.dumps(json.loads(body + more), indent=1)
    for written in (joined, text):
        of = lines(design(Board=("CloudWatch::Dashboard", {"DashboardBody": written})))
        assert of == {Line.DASHBOARD: D("3.00"), Line.METRICS: D("0.60")}


def test_secrets_zones_keys_endpoints_and_the_firewall_have_their_prices() -> None:
    of = design(
        One=("SecretsManager::Secret", {}),
        Two=("SecretsManager::Secret", {}),
        Zone=("Route53::HostedZone", {}),
        Key=("KMS::Key", {}),
        Gate=("EC2::VPCEndpoint", {}),
        Door=("EC2::VPCEndpoint", {"VpcEndpointType": "Interface", "SubnetIds": ["a", "c"]}),
        Acl=("WAFv2::WebACL", {"Rules": [{}, {}, {}]}),
    )
    assert lines(of) == {
        Line.SECRETS: D("0.81"),
        Line.DNS: D("0.50"),
        Line.QUERIES: D("0.04"),
        Line.KEYS: D("1.00"),
        Line.ENDPOINTS: D("20.44"),
        Line.WAF: D("14.00"),
    }


# What has no price fails, by name


@pytest.mark.parametrize(
    ("of", "named"),
    [
        (design(Fridge=("Kitchen::Fridge", {})), "AWS::Kitchen::Fridge Fridge"),
        (
            design(Db=("RDS::DBInstance", {**RDS, "DBInstanceClass": "db.r9.huge"})),
            "rds-db-r9-huge",
        ),
        (design(Db=("RDS::DBInstance", {**RDS, "StorageType": "io1"})), "Db: only the storage gp3"),
        (design(Db=("RDS::DBInstance", {**RDS, "Engine": "mysql"})), "Db: only the engine"),
        (design(Db=("RDS::DBInstance", {**RDS, "MonitoringInterval": 60})), "MonitoringInterval"),
        (design(Db=("RDS::DBInstance", {**RDS, "AllocatedStorage": {"Ref": "P"}})), "Allocated"),
        (aurora(1, {"MinCapacity": 1}), None),
        (service({**TASK, "EphemeralStorage": {"SizeInGiB": 50}}), "Task: EphemeralStorage"),
        (service({"Cpu": "1024"}), "Task: Memory is no number"),
        (
            service({**TASK, "RuntimePlatform": {"CpuArchitecture": "RISCV"}}),
            "Task: RISCV has no price",
        ),
        (design(Service=("ECS::Service", {})), "Service: its task definition is in no template"),
        (
            design(
                Cluster=(
                    "ECS::Cluster",
                    {"ClusterSettings": [{"Name": "containerInsights", "Value": "enhanced"}]},
                )
            ),
            "Cluster: Container Insights has no price",
        ),
        (design(Logs=("Logs::LogGroup", {})), "Logs: kept for ever"),
        (design(Alarm=("CloudWatch::Alarm", {"Period": 10})), "Alarm: high resolution"),
        (design(Board=("CloudWatch::Dashboard", {})), "Board: DashboardBody is neither"),
        (
            design(
                Board=(
                    "CloudWatch::Dashboard",
                    {"DashboardBody": {"Fn::Sub": '{"metrics":[["KiroSample","Requests"]]}'}},
                )
            ),
            "Board: DashboardBody is neither a text nor an Fn::Join",
        ),
        (
            design(Nlb=("ElasticLoadBalancingV2::LoadBalancer", {"Type": "network"})),
            "Nlb: only application ones",
        ),
    ],
)
def test_what_has_neither_a_price_nor_a_reason_to_be_free_fails_by_name(
    of: Design, named: str | None
) -> None:
    if named is None:  # only its smallest size is priced by what it says
        assert lines(of)
        with pytest.raises(CostError, match="Cluster: MaxCapacity is no number"):
            lines(of, database=Size.MOST)
        return
    with pytest.raises((CostError, BookError), match=re.escape(named)):
        lines(of)


def test_no_type_is_both_priced_and_free() -> None:
    assert not set(PRICED) & set(FREE)


def test_a_stack_for_another_region_than_the_books_is_refused(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    stack = (
        '{"artifacts": {"S": {"type": "aws:cloudformation:stack", "environment": "aws://1/%s"}}}'
    )
    manifest.write_text(stack % "ap-northeast-1", "utf-8")
    check_region(tmp_path, BOOK)
    manifest.write_text(stack % "eu-west-1", "utf-8")
    with pytest.raises(CostError, match="eu-west-1; the price book is for ap-northeast-1"):
        check_region(tmp_path, BOOK)


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
def test_a_broken_price_book_is_refused_by_name(entry: str, why: str) -> None:
    head = 'date = 2026-11-24\nregion = "r"\n[alb]\nwhat = "x"\nunit = "h"\nseen = "2026-10"\n'
    rest = '\nservice = "s"\nmatch = {}\naws_unit = ""\n'
    with pytest.raises(BookError, match=why):
        book.read(head + entry + rest)


def test_bad_settings_are_one_line_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE", "oracle")
    assert main([]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# What the page says


def test_a_price_that_is_not_certain_is_marked_on_its_line_and_in_the_table_of_prices() -> None:
    text = page({"rds": design(Db=("RDS::DBInstance", RDS))}, BOOK, ASSUMED)
    assert "| RDS PostgreSQL * |" in text
    assert "| RDS for PostgreSQL, db.t3.micro Multi-AZ * |" in text
    assert "| RDS gp3 storage Multi-AZ |" in text


def test_aws_allowances_are_named_but_not_deducted() -> None:
    alarms: dict[str, Any] = {f"Alarm{number}": ("CloudWatch::Alarm", {}) for number in range(12)}
    board = ("CloudWatch::Dashboard", {"DashboardBody": "{}"})
    of = bill(Month(design(Board=board, **alarms)), BOOK)
    assert (of.total(), of.free) == (D("4.20"), D("4.00"))


def test_a_service_that_cannot_scale_has_one_column() -> None:
    text = page({"none": service(least=10, most=10)}, BOOK, ASSUMED)
    assert "| line | of what | document | 10 tasks | difference | why |" in text


# The command


def run(of: Design | Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """`make cost`, where synthesizing gives this design."""

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


def test_the_command_prints_the_page_on_the_design_of_the_settings(
    assembly: Assembly, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    of = assembly(database="rds", domain="example.com")
    assert run(of, monkeypatch) == 0
    assert capsys.readouterr().out == of_assemblies({"rds": of})


def test_a_made_up_type_makes_the_command_exit_1_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(design(Fridge=("Kitchen::Fridge", {})), monkeypatch) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "cost: AWS::Kitchen::Fridge Fridge has neither a price nor a reason to be free\n"
    )


def test_the_documents_page_has_every_database_whatever_the_settings(
    assembly: Assembly,
    cost_page: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def synthesize(settings: config.Config, out: Path) -> Path:
        documented = {"DATABASE": settings.database, "DOMAIN": "example.com"}
        assert settings == config.read(documented)
        shutil.rmtree(out, ignore_errors=True)  # as the real one does
        return Path(shutil.copytree(assembly(settings.database, "example.com"), out))

    monkeypatch.setattr(synth, "synthesize", synthesize)
    for name, value in {"DATABASE": "none", "DOMAIN": "other.example", "WAF": "on"}.items():
        monkeypatch.setenv(name, value)
    written = tmp_path / "cost.md"
    monkeypatch.setattr("infra.report.cost.__main__.PAGE", written)
    assert main(["--write"]) == 0
    assert capsys.readouterr().out == "docs/cost.md written\n"
    assert written.read_text("utf-8") == cost_page


# The real designs


@pytest.fixture(params=["rds", "aurora", "none"])
def real(request: pytest.FixtureRequest, assembly: Assembly) -> Design:
    return load(assembly(database=request.param, domain="example.com"))


@pytest.fixture
def rds(assembly: Assembly) -> Design:
    return load(assembly(database="rds", domain="example.com"))


def exact(of: Bill, line: Line) -> Decimal:
    charges = (charge for charge in of.charges if charge.line is line)
    return sum((charge.quantity * BOOK[charge.key].usd for charge in charges), D(0))


def test_the_documents_lines_come_out_as_worked_out_by_hand(real: Design) -> None:
    of = bill(Month(real), BOOK)
    assert {line: of.lines[line] for line in BASE} == {
        Line.ALB: D("17.74"),
        Line.FARGATE: D("89.97"),
        Line.NAT: D("45.26"),
        Line.ECR: D("1.00"),
        Line.LOGS: D("3.80"),
        Line.DNS: D("0.50"),
    }
    assert of.total(lambda line: line in BASE) == D("158.27")
    assert cents(sum((exact(of, line) for line in BASE), D(0))) == D("158.26")
    arm = bill(Month(real).on("ARM64"), BOOK)
    assert cents(sum((exact(arm, line) for line in BASE), D(0))) == D("140.26")


def test_what_the_document_left_out_is_all_there(rds: Design) -> None:
    others = {line for line in lines(rds) if not of_document(line)}
    assert others >= {
        Line.IPV4,
        Line.LCU,
        Line.NAT_DATA,
        Line.EGRESS,
        Line.STORED,
        Line.ALARMS,
        Line.DASHBOARD,
        Line.METRICS,
        Line.SECRETS,
    }
    assert lines(rds)[Line.METRICS] == D("1.50")
    assert lines(rds)[Line.IPV4] == D("10.95")


def test_each_database_has_its_own_line(assembly: Assembly) -> None:
    of = {
        name: lines(load(assembly(database=name, domain="example.com")))
        for name in ("rds", "aurora", "none")
    }
    assert of["rds"][Line.RDS] == D("46.40")
    assert of["aurora"][Line.AURORA] == D("109.50") + D("2.40")
    assert not {Line.RDS, Line.AURORA} & set(of["none"])


def test_without_a_domain_there_is_no_zone_to_pay_for(assembly: Assembly) -> None:
    of = lines(load(assembly(database="none", domain="")))
    assert not {Line.DNS, Line.QUERIES} & set(of)


def test_a_made_up_resource_in_the_real_design_fails_the_estimate(rds: Design) -> None:
    templates = copy.deepcopy(dict(rds.templates))
    stack = next(iter(templates.values()))
    stack["Resources"]["Fridge"] = {"Type": "AWS::Kitchen::Fridge", "Properties": {}}
    with pytest.raises(CostError, match="AWS::Kitchen::Fridge Fridge has neither a price"):
        bill(Month(Design(templates)), BOOK)


@pytest.fixture(scope="module")
def cost_page(assembly: Assembly) -> str:
    return of_assemblies(
        {name: assembly(database=name, domain="example.com") for name in ("rds", "aurora", "none")}
    )


def test_docs_cost_md_is_what_make_cost_writes_today(cost_page: str) -> None:
    assert PAGE.read_text("utf-8") == cost_page, "python -m infra.report.cost --write"


def amounts(table: str, column: int) -> list[tuple[str, Decimal]]:
    """A table's first cells, and the amounts of one of its columns."""
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    shown = [(cells[0], cells[column].strip("* ").replace(",", "")) for cells in rows[2:]]
    return [(name, D(amount)) for name, amount in shown]


@pytest.mark.parametrize("column", [0, 1])
def test_the_columns_add_up_to_the_sums_shown(cost_page: str, column: int) -> None:
    sections = re.findall(r"## With .*?(?=\n## )", cost_page, re.S)
    assert len(sections) == 3
    for section in sections:
        first, second = section.split("What the document left out")
        sums: list[Decimal] = []
        for table, before in ((first, 3), (second, 2)):
            total = D(0)
            for name, amount in amounts(table, before + column):
                if name == "**sum**":
                    assert amount == total
                elif name.startswith("**with"):
                    assert amount == sums[0] + total
                else:
                    total += amount
            sums.append(total)
        assert f" {sum(sums):,.2f} |" in cost_page.split("## With")[0], "not among the totals"
