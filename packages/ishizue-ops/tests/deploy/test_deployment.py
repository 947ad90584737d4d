"""What `make deploy` decides at each step; tests/infra/emulator runs it on a whole account."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.aws import (
    DIGEST,
    OTHER_DIGEST,
    SERVICE,
    STATE,
    URI,
    Account,
    Run,
    synthesized,
)
from tests.working import working

from ishizue_ops import project
from ishizue_ops.config import Config, ConfigError
from ishizue_ops.deploy import Stopped, deployment
from ishizue_ops.deploy import __main__ as command
from ishizue_ops.design.database import versions


def has_images(account: Account, *images: tuple[str, int, list[str]]) -> None:
    """Add images to the registry: digest, hour of the push, tags."""
    details = [
        {
            "imageDigest": digest,
            "imagePushedAt": datetime(2026, 11, 24, hour, tzinfo=UTC),
            "imageTags": tags,
        }
        for digest, hour, tags in images
    ]
    account.responds("ecr", "describe_images", {"imageDetails": details})


def test_plain_http_is_a_choice_and_a_service_without_requests_makes_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ConfigError, match=r"^set DOMAIN=… .*, CDN=on "):
        command.settings({"DATABASE": "rds"})
    monkeypatch.setattr(project, "product", lambda: working(web=False))
    assert command.settings({"DATABASE": "rds"}).domain is None


def test_settings_are_compared_before_anything_changes(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def synthesize(config: Config, out: Path) -> Path:
        return synthesized(out, config.explicit)

    monkeypatch.setattr(deployment, "synthesize", synthesize)
    who = {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/o", "UserId": "O"}
    account.responds("sts", "get_caller_identity", who)
    account.has_stack(STATE, Settings='{"WAF": "on"}')
    run = Run(account, out=tmp_path)
    with pytest.raises(Stopped, match="WAF=on"):
        run.steps.run()
    assert run.cdk == []


def test_each_region_of_an_account_is_bootstrapped_once_and_environments_share_it(
    account: Account,
) -> None:
    account.responds("ssm eu-west-1", "get_parameter", {"Parameter": {"Value": "33"}})
    account.refuses("ssm us-east-1", "get_parameter", "ParameterNotFound")
    run = Run(account, {**EXTERNAL, "REGION": "eu-west-1", "ENVIRONMENT": "staging"})
    run.steps.bootstrap("111122223333")
    [arguments] = run.cdk
    assert arguments[:2] == ["bootstrap", "aws://111122223333/us-east-1"]
    warned, done, _ = run.printed
    assert "whoever deploys staging may change every" in warned
    assert done == "bootstrap: done in eu-west-1, version 33"
    account.responds("ssm", "get_parameter", {"Parameter": {"Value": "33"}})
    production = Run(account)
    production.steps.bootstrap("111122223333")
    assert len(production.printed) == 1


def test_a_forgotten_region_does_not_deploy_a_second_environment(account: Account) -> None:
    account.has_no_stack()
    bucket = {"notesstate-accesslogsbucket1a-2b": "eu-west-1"}
    account.has_buckets(**bucket)
    with pytest.raises(Stopped, match="set REGION=eu-west-1, or REGION=ap-northeast-1 for a new"):
        Run(account).steps.settings()


COPIES = {"BACKUP_COPY_REGION": "ap-northeast-3"}


def test_the_state_gets_the_key_of_the_copies_if_it_has_a_database(account: Account) -> None:
    Run(account, {**COPIES, "DATABASE": "none"}).steps.state()  # asks for none
    there = "cloudformation ap-northeast-3"
    account.has_stack("NotesCopies", service=there, CopyKey="arn:aws:kms:x")
    account.has_stack(STATE, DatabaseMasterSecret="arn")
    run = Run(account, COPIES)
    run.steps.state()
    assert run.cdk[0][5:] == ["--parameters", f"{STATE}:CopyKey=arn:aws:kms:x"]


def test_only_a_new_database_starts_on_the_newest_version_unless_asked(account: Account) -> None:
    """The CDK leaves a parameter that it is not given as it is."""
    exists = {"DatabaseMasterSecret": "arn"}
    for outputs, asked, given in (
        ({}, None, [versions.NEWEST]),
        ({}, "15", ["15"]),
        (exists, None, []),
        (exists, "18", ["18"]),
    ):
        account.has_stack(STATE, **outputs)
        run = Run(account, database_version=asked)
        run.steps.state()
        assert run.cdk[0][6:] == [f"{STATE}:DatabaseVersion={version}" for version in given]


def test_images_are_copied_once_the_setting_was_given_and_until_it_is_none(
    account: Account,
) -> None:
    Run(account).steps.replication("111122223333")  # asks nothing
    for region, lines in (("ap-northeast-3", 1), ("none", 0)):
        account.has_stack(STATE, RepositoryUri=URI)
        none: dict[str, Any] = {"replicationConfiguration": {"rules": []}}
        account.responds("ecr", "describe_registry", none)
        if lines:
            account.responds("ecr", "put_replication_configuration", {})
        run = Run(account, {"BACKUP_COPY_REGION": region})
        run.steps.replication("111122223333")
        assert [region in line for line in run.printed] == [True] * lines


def test_the_requested_image_must_be_in_the_registry_and_wins(account: Account) -> None:
    account.has_stack(STATE, RepositoryUri=URI)
    has_images(account, (DIGEST, 1, ["abc"]))
    assert Run(account, image_digest=DIGEST).steps.image() == DIGEST
    account.has_stack(STATE, RepositoryUri=URI)
    account.refuses("ecr", "describe_images", "ImageNotFoundException")
    with pytest.raises(Stopped, match=f"{DIGEST} is not in {URI}"):
        Run(account, image_digest=DIGEST).steps.image()


def test_a_later_deployment_keeps_the_running_image(account: Account) -> None:
    account.has_stack(STATE, RepositoryUri=URI)
    account.has_stack(SERVICE, ImageDigest=DIGEST)
    assert Run(account).steps.image() == DIGEST


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", None])
def test_without_a_deployed_service_it_takes_the_newest_image_with_a_tag(
    account: Account, status: str | None
) -> None:
    account.has_stack(STATE, RepositoryUri=URI)
    if status:
        account.has_stack(SERVICE, status=status, ImageDigest=OTHER_DIGEST)
    else:
        account.has_no_stack()
    has_images(account, (OTHER_DIGEST, 3, []), (DIGEST, 2, ["new"]), (OTHER_DIGEST, 1, ["old"]))
    assert Run(account).steps.image() == DIGEST


EXTERNAL = {"OUTSIDE_CHECK": "on", "DOMAIN": "example.com"}
