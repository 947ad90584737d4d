"""Fargate's quota: what the design needs, what the account has, and what to do."""

from datetime import UTC, datetime

import pytest

from infra.config import Config, read
from infra.deploy import quota
from tests.infra.deploy.aws import Account
from tests.infra.operations.aws_commands import commands, complaints

ASKED = {"ServiceCode": "fargate", "QuotaCode": "L-3032A538"}
USAGE = {
    "MetricNamespace": "AWS/Usage",
    "MetricName": "ResourceCount",
    "MetricDimensions": {"Service": "Fargate", "Resource": "vCPU"},
}


def asked(account: Account) -> quota.Quota:
    return quota.read(account.client("service-quotas"), account.client("cloudwatch"))


def test_the_account_s_own_quota_and_its_latest_use_count(account: Account) -> None:
    found = {"Value": 6.0, "UsageMetric": USAGE}
    account.responds("service-quotas", "get_service_quota", {"Quota": found}, ASKED)
    points = [
        {"Timestamp": datetime(2026, 11, 26, 1, minute, tzinfo=UTC), "Maximum": used}
        for minute, used in ((5, 4.0), (10, 2.0), (0, 1.0))
    ]
    account.responds("cloudwatch", "get_metric_statistics", {"Datapoints": points})
    assert asked(account) == quota.Quota(allowed=6, used=2)


def test_without_one_of_its_own_the_account_has_aws_s_default(account: Account) -> None:
    account.refuses("service-quotas", "get_service_quota", "NoSuchResourceException")
    operation = "get_aws_default_service_quota"
    account.responds("service-quotas", operation, {"Quota": {"Value": 6.0}}, ASKED)
    assert asked(account) == quota.Quota(allowed=6, used=None)


def test_nothing_running_is_no_use(account: Account) -> None:
    found = {"Value": 6.0, "UsageMetric": USAGE}
    account.responds("service-quotas", "get_service_quota", {"Quota": found})
    account.responds("cloudwatch", "get_metric_statistics", {"Datapoints": []})
    assert asked(account) == quota.Quota(allowed=6, used=0)


@pytest.mark.parametrize(
    ("config", "least", "most"),
    [
        (Config(), 2.25, 20.25),
        (read({"TASK_CPU": "256", "TASK_MEMORY": "512", "MAX_TASKS": "4"}), 0.75, 2.25),
    ],
)
def test_a_deployment_needs_each_task_twice_and_a_migration(
    config: Config, least: float, most: float
) -> None:
    assert quota.need(config) == quota.Need(least, most)


def test_too_little_says_how_to_ask_for_enough() -> None:
    said = quota.advice(Config(), quota.Quota(6, None))
    assert [complaints(words) for words in commands(said.partition("\n")[2])] == [[]]
    assert said.endswith(
        "aws service-quotas request-service-quota-increase --region ap-northeast-1 "
        "--service-code fargate --quota-code L-3032A538 --desired-value 21"
    )
    assert "request-service-quota-increase" not in quota.advice(Config(), quota.Quota(20.25, 4))
