"""What `make deploy` decides at each step; tests/infra/emulator runs it on a whole account."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.config import Config, read
from infra.deploy import Stopped, deployment
from infra.deploy import __main__ as command
from infra.deploy.release import ReleaseError
from tests.infra.deploy.aws import DIGEST, OTHER_DIGEST, URI, Account

ROOT = Path(__file__).parents[3]


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


class Run:
    """A deployment, what it printed and its calls of the CDK."""

    def __init__(self, account: Account, config: Config | None = None, **options: Any) -> None:
        self.printed: list[str] = []
        self.cdk: list[list[str]] = []
        self.steps = deployment.Deployment(
            config=config or Config(),
            session=account,
            out=options.pop("out", Path("unused")),
            cdk=self.cdk.append,
            say=lambda step, text: self.printed.append(f"{step}: {text}"),
            **options,
        )


def test_without_credentials_it_exits_with_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.deploy"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "deploy: no credentials that AWS accepts: Unable to locate credentials\n"


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("DATABASE", "mysql", "deploy: DATABASE=mysql: "),
        ("IMAGE_DIGEST", "latest", "deploy: IMAGE_DIGEST=latest: "),
        ("AWS_PROFILE", "nobody", "deploy: The config profile (nobody) could not be found"),
    ],
)
def test_an_invalid_setting_is_reported_before_any_call(
    name: str, text: str, complaint: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv(name, text)
    assert command.main() == 2
    assert capsys.readouterr().err.startswith(complaint)


def test_credentials_that_aws_refuses_are_reported_in_one_line(account: Account) -> None:
    account.refuses("sts", "get_caller_identity", "ExpiredToken", "it is\nexpired")
    with pytest.raises(deployment.NoCredentialsError) as refused:
        Run(account).steps.account()
    assert "ExpiredToken" in str(refused.value)
    assert "\n" not in str(refused.value)


def synthesized(folder: Path, settings: str) -> Path:
    template = {"Outputs": {"Settings": {"Value": settings}}}
    (folder / "KiroSampleState.template.json").write_text(json.dumps(template))
    return folder


def on_another_processor(account: Account, folder: Path, **options: Any) -> None:
    out = synthesized(folder, '{"ARCHITECTURE": "arm64"}')
    Run(account, read({"ARCHITECTURE": "arm64"}), out=out, **options).steps.settings()


def test_another_processor_needs_an_image_that_was_built_for_it(
    account: Account, tmp_path: Path
) -> None:
    account.has_stack("KiroSampleState", Settings="{}")
    account.has_stack("KiroSampleService", ImageDigest=DIGEST)
    with pytest.raises(ReleaseError, match=r"ARCHITECTURE=arm64 .* IMAGE_DIGEST"):
        on_another_processor(account, tmp_path)
    account.has_stack("KiroSampleState", Settings="{}")
    on_another_processor(account, tmp_path, image_digest=OTHER_DIGEST)


def test_before_the_first_service_the_processor_can_change(
    account: Account, tmp_path: Path
) -> None:
    account.has_stack("KiroSampleState", Settings="{}")
    account.has_no_stack()
    on_another_processor(account, tmp_path)


def test_the_first_deployment_needs_no_settings(account: Account, tmp_path: Path) -> None:
    account.has_no_stack()
    Run(account, out=synthesized(tmp_path, "{}")).steps.settings()


def test_settings_are_compared_before_anything_changes(account: Account, tmp_path: Path) -> None:
    who = {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/o", "UserId": "O"}
    account.responds("sts", "get_caller_identity", who)
    account.has_stack("KiroSampleState", Settings='{"WAF": "on"}')
    run = Run(account, out=tmp_path / "cdk.out")
    with pytest.raises(ReleaseError, match="WAF=on"):
        run.steps.run()
    assert run.cdk == []


def provider_is_there(account: Account, *audiences: str) -> None:
    operation = "get_open_id_connect_provider"
    account.responds("iam", operation, {"ClientIDList": list(audiences)})


def with_github(account: Account, **variables: str) -> Run:
    return Run(account, read({"GITHUB_REPOSITORY": "owner/name", **variables}))


def has_resource(account: Account, kind: str, status: str) -> None:
    account.has_stack("KiroSampleState")
    resource = {
        "LogicalResourceId": "One",
        "ResourceType": kind,
        "ResourceStatus": status,
        "LastUpdatedTimestamp": datetime(2026, 11, 24, tzinfo=UTC),
    }
    response = {"StackResourceSummaries": [resource]}
    account.responds("cloudformation", "list_stack_resources", response)


def test_the_account_s_identity_provider_is_checked_only_for_github(account: Account) -> None:
    run = Run(account)
    run.steps.identity_provider("111122223333")
    assert run.printed == []
    account.has_no_stack()
    provider_is_there(account, "sts.amazonaws.com")
    run = with_github(account)
    run.steps.identity_provider("111122223333")
    assert run.printed == ["github: owner/name may deploy"]


def test_a_provider_that_the_stack_made_is_not_made_by_others(account: Account) -> None:
    has_resource(account, "AWS::IAM::OIDCProvider", "CREATE_COMPLETE")
    provider_is_there(account, "sts.amazonaws.com")
    with_github(account, GITHUB_PROVIDER="create").steps.identity_provider("111122223333")
    has_resource(account, "AWS::IAM::OIDCProvider", "DELETE_COMPLETE")
    provider_is_there(account, "sts.amazonaws.com")
    with pytest.raises(Stopped, match="leave out GITHUB_PROVIDER=create"):
        with_github(account, GITHUB_PROVIDER="create").steps.identity_provider("111122223333")


def test_without_the_right_to_look_it_says_so_and_goes_on(account: Account) -> None:
    account.has_no_stack()
    account.refuses("iam", "get_open_id_connect_provider", "AccessDenied")
    run = with_github(account)
    run.steps.identity_provider("111122223333")
    [line] = run.printed
    assert "not checked" in line
    assert "AccessDenied" in line
    account.has_no_stack()
    account.refuses("service-quotas", "get_service_quota", "AccessDeniedException")
    run = Run(account)
    run.steps.quota()
    assert "AccessDeniedException" in run.printed[0]
    assert "20.25 while a deployment" in run.printed[1]


def has_quota(account: Account, vcpus: float) -> None:
    response = {"Quota": {"Value": vcpus}}
    account.responds("service-quotas", "get_service_quota", response)


def test_a_quota_below_the_maximum_of_tasks_is_a_warning(account: Account) -> None:
    account.has_no_stack()
    has_quota(account, 6)
    run = Run(account)
    run.steps.quota()
    assert "request-service-quota-increase" in run.printed[0]


def test_a_quota_without_room_for_the_first_tasks_stops_it(account: Account) -> None:
    account.has_no_stack()
    has_quota(account, 2)
    with pytest.raises(Stopped, match="request-service-quota-increase"):
        Run(account).steps.quota()
    # What runs can still be changed.
    account.has_stack("KiroSampleService", ImageDigest=DIGEST)
    has_quota(account, 2)
    Run(account).steps.quota()


def test_an_account_is_bootstrapped_once(account: Account) -> None:
    run = Run(account)
    account.refuses("ssm", "get_parameter", "ParameterNotFound")
    run.steps.bootstrap("111122223333")
    account.responds("ssm", "get_parameter", {"Parameter": {"Value": "33"}})
    run.steps.bootstrap("111122223333")
    assert [arguments[:2] for arguments in run.cdk] == [
        ["bootstrap", "aws://111122223333/ap-northeast-1"]
    ]
    assert run.printed[-1] == "bootstrap: done in ap-northeast-1, version 33"


def test_the_requested_image_must_be_in_the_registry_and_wins(account: Account) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    has_images(account, (DIGEST, 1, ["abc"]))
    assert Run(account, image_digest=DIGEST).steps.image() == DIGEST
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    account.refuses("ecr", "describe_images", "ImageNotFoundException")
    with pytest.raises(Stopped, match=f"{DIGEST} is not in {URI}"):
        Run(account, image_digest=DIGEST).steps.image()


def test_a_later_deployment_keeps_the_running_image(account: Account) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    account.has_stack("KiroSampleService", ImageDigest=DIGEST)
    assert Run(account).steps.image() == DIGEST


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"])
def test_the_image_of_a_failed_first_deployment_is_not_kept(account: Account, status: str) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    account.has_stack("KiroSampleService", status=status, ImageDigest=DIGEST)
    has_images(account, (DIGEST, 1, ["bad"]), (OTHER_DIGEST, 2, ["good"]))
    assert Run(account).steps.image() == OTHER_DIGEST


def test_the_first_deployment_takes_the_newest_image_with_a_tag(account: Account) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    account.has_no_stack()
    has_images(account, (OTHER_DIGEST, 3, []), (DIGEST, 2, ["new"]), (OTHER_DIGEST, 1, ["old"]))
    assert Run(account).steps.image() == DIGEST


@pytest.mark.parametrize(
    ("architecture", "platform"), [("x86_64", "linux/amd64"), ("arm64", "linux/arm64")]
)
def test_without_an_image_it_prints_the_commands_to_push_one(
    account: Account, architecture: str, platform: str
) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    account.has_no_stack()
    has_images(account)
    with pytest.raises(Stopped) as stopped:
        Run(account, read({"ARCHITECTURE": architecture})).steps.image()
    message = str(stopped.value)
    assert f"docker login --username AWS --password-stdin {URI.partition('/')[0]}" in message
    assert f"docker build --platform {platform} " in message
    assert f"docker push {URI}:" in message


def test_without_a_domain_nothing_needs_delegation(account: Account) -> None:
    run = Run(account)
    run.steps.delegation()
    assert len(run.printed) == 1


def test_without_a_database_there_is_no_migration(account: Account) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    run = Run(account)
    run.steps.schema(DIGEST)
    assert (run.cdk, run.printed) == ([], ["schema: no database"])


def test_the_service_is_deployed_with_the_image_and_without_the_state(account: Account) -> None:
    account.has_stack("KiroSampleService", PublicUrl="https://example.com")
    run = Run(account)
    run.steps.service(DIGEST)
    [arguments] = run.cdk
    assert arguments[:2] == ["deploy", "KiroSampleService"]
    assert "--exclusively" in arguments
    assert arguments[-2:] == ["--parameters", f"KiroSampleService:ImageDigest={DIGEST}"]
    assert run.printed[-1] == "service: serving at https://example.com"


OUTSIDE = {"OUTSIDE_CHECK": "on", "DOMAIN": "example.com"}


def test_the_check_from_outside_is_bootstrapped_in_its_region(account: Account) -> None:
    account.responds("ssm", "get_parameter", {"Parameter": {"Value": "33"}})
    account.refuses("ssm us-east-1", "get_parameter", "ParameterNotFound")
    run = Run(account, read(OUTSIDE))
    run.steps.bootstrap("111122223333")
    [arguments] = run.cdk
    assert arguments[:2] == ["bootstrap", "aws://111122223333/us-east-1"]


@pytest.mark.parametrize(
    ("environ", "url", "parameters"),
    [
        (OUTSIDE, "https://example.com", []),
        (
            {"OUTSIDE_CHECK": "on"},
            "http://name.elb.amazonaws.com",
            ["--parameters", "KiroSampleOutside:Host=name.elb.amazonaws.com"],
        ),
    ],
)
def test_the_check_from_outside_requests_the_name_that_visitors_use(
    account: Account, environ: dict[str, str], url: str, parameters: list[str]
) -> None:
    account.has_stack("KiroSampleService", PublicUrl=url)
    run = Run(account, read(environ))
    run.steps.outside()
    [arguments] = run.cdk
    assert arguments[:2] == ["deploy", "KiroSampleOutside"]
    assert arguments[5:] == parameters


def test_a_check_that_was_turned_off_is_deleted_in_its_region(account: Account) -> None:
    region = "cloudformation us-east-1"
    account.responds(region, "delete_stack", {}, {"StackName": "KiroSampleOutside"})
    account.refuses(region, "describe_stacks", "ValidationError", "it does not exist")
    Run(account, read({"OUTSIDE_CHECK": "off"})).steps.end_outside({"OUTSIDE_CHECK", "TASKS"})
    account.all_called()


@pytest.mark.parametrize(
    ("environ", "changed"),
    [(OUTSIDE, {"OUTSIDE_CHECK"}), ({"OUTSIDE_CHECK": "off"}, {"TASKS"}), ({}, set())],
)
def test_a_check_that_stays_or_never_was_is_not_deleted(
    account: Account, environ: dict[str, str], changed: set[str]
) -> None:
    Run(account, read(environ)).steps.end_outside(changed)


def test_without_the_setting_nothing_is_asked_of_the_other_region(account: Account) -> None:
    run = Run(account)
    run.steps.outside()
    assert (run.cdk, run.printed) == ([], [])


def test_an_empty_digest_is_none() -> None:
    assert command.digest({"IMAGE_DIGEST": " "}) is None
