"""What `make deploy` decides at each step; tests/infra/emulator runs it on a whole account."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.config import Config, read
from infra.deploy import Stopped, deployment
from infra.deploy import __main__ as command
from infra.deploy.release import ReleaseError
from tests.infra.deploy.aws import DIGEST, OTHER_DIGEST, URI, Account


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


@pytest.fixture
def no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.usefixtures("no_credentials")
def test_without_credentials_it_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main() == 2
    said = "deploy: no credentials that AWS accepts: Unable to locate credentials\n"
    assert capsys.readouterr() == ("", said)


@pytest.mark.usefixtures("no_credentials")
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
    for _ in range(2):
        account.has_stack("KiroSampleState", Settings="{}")
        account.has_stack("KiroSampleService", ImageDigest=DIGEST)
    with pytest.raises(ReleaseError, match=r"ARCHITECTURE=arm64 .* IMAGE_DIGEST"):
        on_another_processor(account, tmp_path)
    on_another_processor(account, tmp_path, image_digest=OTHER_DIGEST)
    account.has_stack("KiroSampleState", Settings="{}")
    account.has_no_stack()
    on_another_processor(account, tmp_path)  # before the first service


def test_settings_are_compared_before_anything_changes(account: Account, tmp_path: Path) -> None:
    who = {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/o", "UserId": "O"}
    account.responds("sts", "get_caller_identity", who)
    account.has_stack("KiroSampleState", Settings='{"WAF": "on"}')
    run = Run(account, out=tmp_path / "cdk.out")
    with pytest.raises(ReleaseError, match="WAF=on"):
        run.steps.run()
    assert run.cdk == []


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


def test_the_service_is_deployed_with_the_image_and_without_the_state(account: Account) -> None:
    account.has_stack("KiroSampleService", PublicUrl="https://example.com")
    account.refuses(
        "cloudformation us-east-1", "describe_stacks", "ValidationError", "does not exist"
    )
    run = Run(account)
    run.steps.service(DIGEST)
    [arguments] = run.cdk
    assert arguments[:2] == ["deploy", "KiroSampleService"]
    assert "--exclusively" in arguments
    assert arguments[-2:] == ["--parameters", f"KiroSampleService:ImageDigest={DIGEST}"]
    assert run.printed[-1] == "service: serving at https://example.com"


EXTERNAL = {"OUTSIDE_CHECK": "on", "DOMAIN": "example.com"}
REGION = "cloudformation us-east-1"


def test_the_external_check_is_bootstrapped_in_its_region(account: Account) -> None:
    account.responds("ssm", "get_parameter", {"Parameter": {"Value": "33"}})
    account.refuses("ssm us-east-1", "get_parameter", "ParameterNotFound")
    run = Run(account, read(EXTERNAL))
    run.steps.bootstrap("111122223333")
    [arguments] = run.cdk
    assert arguments[:2] == ["bootstrap", "aws://111122223333/us-east-1"]


@pytest.mark.parametrize(
    ("environ", "url", "parameters"),
    [
        (EXTERNAL, "https://example.com", []),
        (
            {"OUTSIDE_CHECK": "on"},
            "http://name.elb.amazonaws.com",
            ["--parameters", "KiroSampleOutside:Host=name.elb.amazonaws.com"],
        ),
    ],
)
def test_the_external_check_requests_the_name_that_visitors_use(
    account: Account, environ: dict[str, str], url: str, parameters: list[str]
) -> None:
    account.has_stack("KiroSampleService", PublicUrl=url)
    run = Run(account, read(environ))
    run.steps.external_check()
    [arguments] = run.cdk
    assert arguments[:2] == ["deploy", "KiroSampleOutside"]
    assert arguments[5:] == parameters


def test_an_external_check_that_was_turned_off_is_deleted_in_its_region(account: Account) -> None:
    missing = (REGION, "describe_stacks", "ValidationError", "it does not exist")
    account.refuses(*missing)
    run = Run(account)
    run.steps.external_check()  # never was
    assert (run.cdk, run.printed) == ([], [])
    account.has_stack("KiroSampleOutside", service=REGION)
    account.responds(REGION, "delete_stack", {}, {"StackName": "KiroSampleOutside"})
    account.refuses(*missing)
    run.steps.external_check()
