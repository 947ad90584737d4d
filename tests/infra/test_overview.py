"""Every line of the owner's overview is in the templates, or there is a reason."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]
import pytest

from infra.product import PRODUCT
from ishizue_ops.checks import topology
from ishizue_ops.cost.__main__ import PAGE as COST
from ishizue_ops.drawing import contents
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs

OVERVIEW = Path(__file__).parents[2] / "docs" / "architecture-overview.ja.md"

NETWORK = {
    "CIDR: 10.0.0.0/16": ["VPC 10.0.0.0/16"],
    "2つのAvailability Zone (AZ)で高可用性を実現": ["tasks in 1a", "tasks in 1c"],
    "VPCとインターネット間の通信を可能にする": ["alb in 1a: 10.0.1.0/24, internet gateway"],
    "10.0.1.0/24 (AZ: ap-northeast-1a)": ["alb in 1a: 10.0.1.0/24"],
    "10.0.2.0/24 (AZ: ap-northeast-1c)": ["alb in 1c: 10.0.2.0/24"],
    "10.0.11.0/24 (AZ: ap-northeast-1a)": ["tasks in 1a: 10.0.11.0/24"],
    "10.0.12.0/24 (AZ: ap-northeast-1c)": ["tasks in 1c: 10.0.12.0/24"],
    "ALBとNAT Gatewayを配置": [
        "alb in 1c: 10.0.2.0/24, internet gateway",
        "tasks in 1a: 10.0.11.0/24, NAT gateway in 1a",
    ],
    "ECS Fargateタスクを配置": ["tasks in 1c: 10.0.12.0/24, NAT gateway in 1a"],
    "インターネットからの直接アクセス不可": [
        "tasks in 1a: 10.0.11.0/24, NAT gateway in 1a, no public address"
    ],
    "各AZに最低1つずつ配置": ["tasks in 1a", "tasks in 1c"],
    "プライベートサブネットに配置": [
        "database in 1a: 10.0.11.0/24, NAT gateway in 1a, no public address",
        "database in 1c: 10.0.12.0/24, NAT gateway in 1a, no public address",
    ],
    "Inbound: 443 (HTTPS) from 0.0.0.0/0": ["ALB Inbound 443 (HTTPS) from 0.0.0.0/0"],
    "Outbound: 3000 to ECS Security Group": ["ALB Outbound 3000 to ECS Security Group"],
    "Inbound: 3000 from ALB Security Group": ["ECS Inbound 3000 from ALB Security Group"],
    "Outbound: 443 to Internet (for ECR pull)": ["ECS Outbound 443 (HTTPS) to Internet"],
    "Inbound: 5432 (PostgreSQL) from ECS Security Group": [
        "RDS Inbound 5432 (PostgreSQL) from ECS Security Group"
    ],
    "Outbound: なし": ["RDS Outbound なし"],
}
"""Of the VPC, who is where, and the groups' rules; as the checks and the drawing compute them."""

METRICS, TARGETS = "AWS::CloudWatch::Dashboard", "AWS::ElasticLoadBalancingV2::TargetGroup"
SCALING, TASK = "AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::ECS::TaskDefinition"
POLICY = "TargetTrackingScalingPolicyConfiguration.[PredefinedMetricSpecification.*,TargetValue][]"
DATABASE = "AWS::RDS::DBInstance"
TEMPLATES: dict[str, tuple[str, str, Any]] = {
    "DNSサービス": ("AWS::Route53::RecordSet", "Name", "example.com."),
    "ドメイン名をALBに解決": ("AWS::Route53::RecordSet", "Type", "A"),
    "SSL/TLS証明書の終端": ("AWS::CertificateManager::Certificate", "DomainName", "example.com"),
    "HTTPSトラフィックを受信": (
        "AWS::ElasticLoadBalancingV2::Listener",
        "[Port,Protocol]",
        "HTTPS",
    ),
    "複数のECSタスクに負荷分散": (TARGETS, "TargetType", "ip"),
    "ヘルスチェック機能": (TARGETS, "HealthCheckPath", "/livez"),
    "Fargateタスクを管理": ("AWS::ECS::Service", "LaunchType", "FARGATE"),
    "サーバーレスコンテナ実行環境": ("AWS::ECS::Service", "LaunchType", "FARGATE"),
    "ポート3000で待ち受け": (TASK, "ContainerDefinitions[].PortMappings[].ContainerPort", [3000]),
    "Dockerイメージを保存": ("AWS::ECR::Repository", "ImageScanningConfiguration.ScanOnPush", True),
    "コンテナのログを収集": (TASK, "ContainerDefinitions[].LogConfiguration.LogDriver", "awslogs"),
    "Amazon RDS for PostgreSQL": (DATABASE, "[Engine,EngineVersion]", "'postgres', '15"),
    "または Aurora PostgreSQL": (
        "AWS::RDS::DBCluster",
        "[Engine,EngineVersion]",
        "'aurora-postgresql', '15",
    ),
    "マルチAZ構成": (DATABASE, "MultiAZ", True),
    "自動バックアップ": (DATABASE, "BackupRetentionPeriod", 7),
    "暗号化": (DATABASE, "StorageEncrypted", True),
    "CPU使用率": (METRICS, "DashboardBody", "CPUUtilization"),
    "メモリ使用率": (METRICS, "DashboardBody", "MemoryUtilization"),
    "リクエスト数": (METRICS, "DashboardBody", "RequestCount"),
    "レスポンスタイム": (METRICS, "DashboardBody", "TargetResponseTime"),
    "最小タスク数: 2": ("AWS::ApplicationAutoScaling::ScalableTarget", "MinCapacity", 2),
    "最大タスク数: 10": ("AWS::ApplicationAutoScaling::ScalableTarget", "MaxCapacity", 10),
    "CPU使用率 > 70%": (SCALING, POLICY, ["ECSServiceAverageCPUUtilization", 70]),
    "メモリ使用率 > 80%": (SCALING, POLICY, ["ECSServiceAverageMemoryUtilization", 80]),
}
"""The type of a resource, a JMESPath of its properties, and what is found there."""

NOT_COMPARED = {
    "Node.js + Express": "the application is in Python",
    "KiroSampleアプリケーション": "the image is not in a template",
    "ECSタスクがイメージをプル": "a release verifies the digest that runs",
    "アプリケーションログ": "コンテナのログを収集 shows it",
    "エラーログ": "コンテナのログを収集 shows it",
    "スケーリングメトリクス:": "the two lines below it show it",
    "自動スケーリング対応": "最小タスク数 and the lines after it show it",
}


def test_each_line_of_the_overview_is_here() -> None:
    document = OVERVIEW.read_text(encoding="utf-8")
    deployed = re.sub(r"#### ローカル開発\n.*?(?=####)", "", document, flags=re.S)
    bullets = set(re.findall(r"^ *- (.+)$", deployed.partition("## コスト")[0], re.M))
    assert bullets == NETWORK.keys() | TEMPLATES.keys() | NOT_COMPARED.keys()


def computed(design: Design) -> Iterator[str]:
    """The lines that NETWORK has the beginnings of."""
    found = topology.read(design)
    yield f"VPC {found.network}"
    for place in found.places:
        address = "a public address" if place.public_address else "no public address"
        subnet = f"{place.subnet.network}, {place.subnet.route}, {address}"
        yield f"{place.name}: {subnet}".replace("ap-northeast-", "")
    yield from (" ".join(row) for row in contents.read(design, PRODUCT).rules)


@pytest.mark.parametrize("text", NETWORK)
def test_a_line_about_the_network_is_computed_from_the_templates(
    text: str, designs: Designs
) -> None:
    lines = [*computed(designs("rds", "example.com"))]
    for beginning in NETWORK[text]:
        assert any(line.startswith(beginning) for line in lines), lines


@pytest.mark.parametrize("text", TEMPLATES)
def test_a_line_is_in_the_templates(text: str, designs: Designs) -> None:
    kind, path, value = TEMPLATES[text]
    database = "aurora" if "Aurora" in text else "rds"
    resources = designs(database, "example.com").of_type(kind)
    found = [jmespath.search(path, one.properties) for one in resources]
    part = value if isinstance(value, str) else None
    assert any(value == one or (part and part in str(one)) for one in found), found


# What differs


DIFFERENCES = OVERVIEW.with_name("overview-differences.ja.md")


def rows(page: Path, after: str = "") -> dict[str, list[str]]:
    """The rows of a page's tables after some text, by their first cell."""
    lines = page.read_text("utf-8").partition(after)[2] if after else page.read_text("utf-8")
    found = re.findall(r"^\| ([^|*]+?) \|(.+)\|$", lines, re.M)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in found}


def test_each_figure_is_the_overviews_and_the_estimates() -> None:
    """An amount or a range, as each page writes it."""
    overview, estimate = rows(OVERVIEW, "## コスト"), rows(COST, "## Line by line")
    written = rows(DIFFERENCES, "## 料金")
    assert overview.keys() >= {"ALB", "Aurora Serverless v2"}
    for name in overview.keys() - {"サービス"}:
        theirs, ours, _ = written[name]
        assert overview[name][-1] == f"${theirs.replace('〜', '-')}"
        assert ours.replace("〜", " to ") in estimate[name]


def test_each_quotation_is_the_overviews() -> None:
    text = OVERVIEW.read_text("utf-8")
    section = DIFFERENCES.read_text("utf-8").partition("## 構成")[2].partition("\n## ")[0]
    quoted = re.findall(r"^\| ([^|]+) \|", section, re.M)[1:]
    lines = [line for row in quoted for line in row.split("<br>")]
    assert len(lines) > 10
    assert [line for line in lines if line not in text] == []
