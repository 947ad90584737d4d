"""Every line of the overview is compared, and an account is read as AWS describes it."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from infra.config import read
from infra.emulator import overview
from infra.emulator.cloudfront import BehindCloudFront
from infra.emulator.overview import Line
from infra.names import CLOUDFRONT_ADDRESSES, Names

OVERVIEW = Path(__file__).parents[3] / "docs" / "architecture-overview.ja.md"

SCALING = "the emulator does not scale: tests/infra/design/test_service.py"
NETWORK = "the emulator lacks the type: tests/infra/checks/test_reachability.py"
NOT_COMPARED = {
    "Node.js + Express": "the application is in Python",
    "KiroSampleアプリケーション": "the image is an empty one here",
    "Dockerイメージを保存": "ECSタスクがイメージをプル shows it",
    "アプリケーションログ": "コンテナのログを収集 shows it",
    "エラーログ": "コンテナのログを収集 shows it",
    "スケーリングメトリクス:": "the two lines below it show it",
    "自動スケーリング対応": SCALING,
    "最小タスク数: 2": SCALING,
    "最大タスク数: 10": SCALING,
    "CPU使用率 > 70%": SCALING,
    "メモリ使用率 > 80%": SCALING,
    "10.0.11.0/24 (AZ: ap-northeast-1a)": NETWORK,
    "10.0.12.0/24 (AZ: ap-northeast-1c)": NETWORK,
    "Inbound: 3000 from ALB Security Group": NETWORK,
    "Inbound: 5432 (PostgreSQL) from ECS Security Group": NETWORK,
}
"""The lines that have no row, and why."""

ALB, TASKS, STRANGER = "sg-a1b", "sg-7a5", "sg-0ff"


def settings(database: str, domain: str = "example.com") -> list[Line]:
    return overview.lines(read({"DATABASE": database, "DOMAIN": domain}))


def test_each_line_of_the_overview_has_a_row_or_a_reason() -> None:
    document = OVERVIEW.read_text(encoding="utf-8")
    deployed = re.sub(r"#### ローカル開発\n.*?(?=####)", "", document, flags=re.S)
    bullets = set(re.findall(r"^ *- (.+)$", deployed.partition("## コスト")[0], re.M))
    quoted = {line.text for kind in ("rds", "aurora", "none") for line in settings(kind)}
    assert {text for text in quoted if text not in document} == set()
    assert bullets - quoted == NOT_COMPARED.keys()


def answering(**operations: Callable[..., dict[str, Any]]) -> BehindCloudFront:
    """An account whose clients return these responses."""

    class Answering(BehindCloudFront):
        def client(self, service: str) -> Any:  # noqa: ARG002
            return SimpleNamespace(**operations)

    return Answering(boto3.Session(region_name="ap-northeast-1"), Names())


def allowed(protocol: str, port: int | None, *, cidr: str = "", group: str = "") -> dict[str, Any]:
    """A permission of DescribeSecurityGroups."""
    return {
        "IpProtocol": protocol,
        **({} if port is None else {"FromPort": port, "ToPort": port}),
        "IpRanges": [{"CidrIp": cidr}] if cidr else [],
        "Ipv6Ranges": [],
        "UserIdGroupPairs": [{"GroupId": group}] if group else [],
    }


@pytest.mark.parametrize(("source", "read_back"), [(ALB, "3000 ALB"), (STRANGER, "3000 ?")])
def test_a_security_group_is_named_after_the_party_that_uses_it(
    source: str, read_back: str
) -> None:
    group = {
        "IpPermissions": [allowed("tcp", 3000, group=source)],
        "IpPermissionsEgress": [allowed("-1", None, cidr="0.0.0.0/0")],
    }
    account = answering(describe_security_groups=lambda **_: {"SecurityGroups": [group]})
    account._groups = {"ALB": ALB, "tasks": TASKS}
    assert account.rules["tasks in"] == {read_back}
    assert account.rules["tasks out"] == {"-1 0.0.0.0/0"}


@pytest.mark.parametrize(
    ("used", "status", "held"),
    [("ours", "Deployed", True), ("another", "Deployed", False), ("ours", "Deploying", False)],
)
def test_an_origin_is_the_load_balancer_once_it_is_deployed(
    used: str, status: str, held: bool
) -> None:
    origins = [{"VpcOriginConfig": {"VpcOriginId": "vo_1"}}]
    account = answering(
        get_vpc_origin=lambda Id: {  # noqa: N803
            "VpcOrigin": {"Id": Id, "VpcOriginEndpointConfig": {"Arn": used}, "Status": status}
        },
    )
    account.distribution = {"DistributionConfig": {"Origins": {"Items": origins}}}
    account.load_balancer = {"LoadBalancerArn": "ours"}
    assert account.origins_are_the_load_balancer is held


def test_behind_cloudfront_the_balancer_is_internal_and_open_to_cloudfront_alone() -> None:
    config = read({"DATABASE": "none", "DOMAIN": "example.com", "CDN": "on"})
    expected = {(line.read, line.key): line.expected for line in overview.lines(config)}
    assert expected["load_balancer", "Scheme"] == "internal"
    assert expected["rules", "ALB in"] == {f"80 {CLOUDFRONT_ADDRESSES}"}
    assert expected["listener_actions", ""] == {80: ("HTTP", "forward")}
    assert ("alias_is_the_load_balancer", "example.com") not in expected


@pytest.mark.parametrize("domain", ["portal.example", "a.portal.example"])
def test_zone_and_certificate_are_those_of_the_configured_domain(domain: str) -> None:
    expected = {line.text: line.expected for line in settings("none", domain)}
    assert expected["DNSサービス"] == domain
    assert expected["SSL/TLS証明書の終端"] == domain
