"""Every line of the overview is compared, or the templates have it, or there is a reason."""

import re
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]
import pytest

from infra.config import read
from infra.emulator import overview
from tests.infra.conftest import Designs

OVERVIEW = Path(__file__).parents[3] / "docs" / "architecture-overview.ja.md"

PRIVATE = "'10.0.11.0/24 ap-northeast-1a, NAT gateway', '10.0.12.0/24 ap-northeast-1c, NAT gateway'"
COMPARED = {
    "CIDR: 10.0.0.0/16": ("VPC", "10.0.0.0/16"),
    "2つのAvailability Zone (AZ)で高可用性を実現": ("tasks", PRIVATE),
    "VPCとインターネット間の通信を可能にする": ("subnets", "internet gateway"),
    "10.0.1.0/24 (AZ: ap-northeast-1a)": ("subnets", "'10.0.1.0/24 ap-northeast-1a, internet"),
    "10.0.2.0/24 (AZ: ap-northeast-1c)": ("subnets", "'10.0.2.0/24 ap-northeast-1c, internet"),
    "10.0.11.0/24 (AZ: ap-northeast-1a)": ("subnets", "'10.0.11.0/24 ap-northeast-1a, NAT"),
    "10.0.12.0/24 (AZ: ap-northeast-1c)": ("subnets", "'10.0.12.0/24 ap-northeast-1c, NAT"),
    "ALBとNAT Gatewayを配置": ("load balancer", "'10.0.1.0/24 ap-northeast-1a, internet gateway'"),
    "ECS Fargateタスクを配置": ("tasks", PRIVATE),
    "インターネットからの直接アクセス不可": ("tasks", "DISABLED"),
    "HTTPSトラフィックを受信": ("listeners", "443 forward"),
    "各AZに最低1つずつ配置": ("tasks", PRIVATE),
    "ポート3000で待ち受け": ("size of a task", "('1024', '2048', 3000)"),
    "Amazon RDS for PostgreSQL": ("database", "['postgres', '15', ['db.t3.micro']"),
    "または Aurora PostgreSQL": ("aurora", "['aurora-postgresql', '15'"),
    "プライベートサブネットに配置": ("its subnets", PRIVATE),
    "マルチAZ構成": ("database", "True"),
    "自動バックアップ": ("database", "7"),
    "暗号化": ("database", "encrypted"),
    "Inbound: 443 (HTTPS) from 0.0.0.0/0": ("ALB in", "443 0.0.0.0/0"),
    "Outbound: 3000 to ECS Security Group": ("ALB out", "{'3000 tasks'}"),
    "Inbound: 3000 from ALB Security Group": ("tasks in", "{'3000 ALB'}"),
    "Outbound: 443 to Internet (for ECR pull)": ("tasks out", "443 0.0.0.0/0"),
    "Inbound: 5432 (PostgreSQL) from ECS Security Group": ("database in", "{'5432 tasks'}"),
    "Outbound: なし": ("database out", "{'icmp 255.255.255.255/32'}"),
}
"""The line that is compared, and a part of its value with the default settings."""

METRICS, TARGETS = "AWS::CloudWatch::Dashboard", "AWS::ElasticLoadBalancingV2::TargetGroup"
SCALING = "AWS::ApplicationAutoScaling::ScalingPolicy"
POLICY = "TargetTrackingScalingPolicyConfiguration.[PredefinedMetricSpecification.*,TargetValue][]"
TEMPLATES: dict[str, tuple[str, str, Any]] = {
    "DNSサービス": ("AWS::Route53::RecordSet", "Name", "example.com."),
    "ドメイン名をALBに解決": ("AWS::Route53::RecordSet", "Type", "A"),
    "SSL/TLS証明書の終端": ("AWS::CertificateManager::Certificate", "DomainName", "example.com"),
    "複数のECSタスクに負荷分散": (TARGETS, "TargetType", "ip"),
    "ヘルスチェック機能": (TARGETS, "HealthCheckPath", "/livez"),
    "Fargateタスクを管理": ("AWS::ECS::Service", "LaunchType", "FARGATE"),
    "サーバーレスコンテナ実行環境": ("AWS::ECS::Service", "LaunchType", "FARGATE"),
    "Dockerイメージを保存": ("AWS::ECR::Repository", "ImageScanningConfiguration.ScanOnPush", True),
    "コンテナのログを収集": (
        "AWS::ECS::TaskDefinition",
        "ContainerDefinitions[].LogConfiguration.LogDriver",
        "awslogs",
    ),
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
    "KiroSampleアプリケーション": "the image is an empty one here",
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
    assert bullets == COMPARED.keys() | TEMPLATES.keys() | NOT_COMPARED.keys()


@pytest.mark.parametrize("text", COMPARED)
def test_a_line_is_compared(text: str) -> None:
    name, part = COMPARED[text]
    kind = "aurora" if name == "aurora" else "rds"
    lines = overview.expected(read({"DATABASE": kind, "DOMAIN": "example.com"}))
    assert part in str(lines["database" if name == "aurora" else name])


@pytest.mark.parametrize("text", TEMPLATES)
def test_a_line_is_in_the_templates(text: str, designs: Designs) -> None:
    kind, path, value = TEMPLATES[text]
    resources = designs("rds", "example.com").of_type(kind)
    found = [jmespath.search(path, one.properties) for one in resources]
    part = value if isinstance(value, str) else None
    assert any(value == one or (part and part in str(one)) for one in found), found
