"""Copies of images: our rule in the registry's configuration, beside those of others."""

from typing import Any

import pytest
from tests.deploy.aws import Account

from ishizue_ops.deploy.replication import replicate

ACCOUNT = "111122223333"


def rule(repository: str, region: str) -> dict[str, Any]:
    return {
        "destinations": [{"region": region, "registryId": ACCOUNT}],
        "repositoryFilters": [{"filter": repository, "filterType": "PREFIX_MATCH"}],
        "deleteReplication": {"enabled": True},
    }


OURS = rule("notes", "ap-northeast-3")
MOVED = rule("notes", "us-west-2")
STAGING = rule("notes-staging", "ap-northeast-3")
ALL: dict[str, Any] = {"destinations": [{"region": "eu-west-1", "registryId": ACCOUNT}]}


@pytest.mark.parametrize(
    ("before", "region", "after"),
    [
        ([], "ap-northeast-3", [OURS]),
        ([STAGING, ALL], "ap-northeast-3", [STAGING, ALL, OURS]),
        ([MOVED, STAGING], "ap-northeast-3", [STAGING, OURS]),
        ([STAGING, OURS], "ap-northeast-3", None),
        ([OURS, STAGING], "ap-northeast-3", None),
        ([STAGING, OURS], None, [STAGING]),
        ([STAGING, ALL], None, None),
    ],
)
def test_only_the_rule_of_this_repository_changes(
    before: list[dict[str, Any]],
    region: str | None,
    after: list[dict[str, Any]] | None,
    account: Account,
) -> None:
    registry = {"replicationConfiguration": {"rules": before}}
    account.responds("ecr", "describe_registry", registry)
    if after is not None:
        put = {"replicationConfiguration": {"rules": after}}
        account.responds("ecr", "put_replication_configuration", {}, put)
    changed = replicate(account.client("ecr"), "notes", account=ACCOUNT, region=region)
    assert changed is (after is not None)
