"""Fargate's quota: what the design needs, what the account has, and what to do."""

import pytest
from tests.deploy.aws import DIGEST, SERVICE, Account, Run

from ishizue_ops.deploy import Stopped, quota
from ishizue_ops.testing.aws_cli import complaints, run

ASKED = {"ServiceCode": "fargate", "QuotaCode": "L-3032A538"}


def has_quota(account: Account, vcpus: float) -> None:
    account.responds("service-quotas", "get_service_quota", {"Quota": {"Value": vcpus}}, ASKED)


def checked(account: Account) -> list[str]:
    run = Run(account)
    run.steps.quota()
    return run.printed


def test_without_one_of_its_own_the_account_has_aws_s_default(account: Account) -> None:
    account.refuses("service-quotas", "get_service_quota", "NoSuchResourceException")
    operation = "get_aws_default_service_quota"
    account.responds("service-quotas", operation, {"Quota": {"Value": 6.0}}, ASKED)
    assert quota.read(account.client("service-quotas")) == 6


def test_a_quota_below_the_maximum_says_how_to_ask_for_enough(account: Account) -> None:
    has_quota(account, 6)
    [said] = checked(account)
    assert said.endswith("--service-code fargate --quota-code L-3032A538 --desired-value 21")
    assert [complaints(words) for words in run(said.partition("\n")[2]).calls] == [[]]
    has_quota(account, 20.25)
    assert "request-service-quota-increase" not in "".join(checked(account))


def test_a_quota_without_room_for_the_first_tasks_stops_it(account: Account) -> None:
    has_quota(account, 2)
    account.has_no_stack()
    with pytest.raises(Stopped, match="request-service-quota-increase"):
        checked(account)
    # What runs can still be changed.
    has_quota(account, 2)
    account.has_stack(SERVICE, ImageDigest=DIGEST)
    checked(account)
