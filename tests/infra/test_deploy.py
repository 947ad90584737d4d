"""What `make deploy` decides at each step. Its order, on a whole account, is in
tests/infra/emulator/test_deployed.py.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra import deploy
from infra.config import Config, ConfigError, read
from infra.delegation import LookupFailed
from infra.release import ReleaseError

ROOT = Path(__file__).parents[2]
ONE, OTHER = "sha256:" + "1" * 64, "sha256:" + "2" * 64
URI = "111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/kirosample"


class Account:
    """Stands for a session, whose clients answer what a test gave them, in that order."""

    def __init__(self) -> None:
        self._session = boto3.Session(
            aws_access_key_id="none", aws_secret_access_key="none", region_name="ap-northeast-1"
        )
        self._made: dict[str, Any] = {}
        self._stubs: dict[str, Stubber] = {}

    def client(self, service: str) -> Any:
        if service not in self._made:
            self._made[service] = self._session.client(service)
            self._stubs[service] = Stubber(self._made[service])
            self._stubs[service].activate()
        return self._made[service]

    def answers(self, service: str, operation: str, answer: dict[str, Any]) -> None:
        self.client(service)
        self._stubs[service].add_response(operation, answer)

    def refuses(self, service: str, operation: str, code: str, message: str = "") -> None:
        self.client(service)
        self._stubs[service].add_client_error(operation, code, message)

    def has_stack(self, name: str, *, status: str = "CREATE_COMPLETE", **outputs: str) -> None:
        """Answer one question about a stack; ImageDigest is a parameter, the rest are outputs."""
        digest = outputs.pop("ImageDigest", None)
        stack = {
            "StackName": name,
            "CreationTime": datetime(2026, 11, 24, tzinfo=UTC),
            "StackStatus": status,
            "Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in outputs.items()],
        }
        if digest:
            stack["Parameters"] = [{"ParameterKey": "ImageDigest", "ParameterValue": digest}]
        self.answers("cloudformation", "describe_stacks", {"Stacks": [stack]})

    def has_no_stack(self) -> None:
        self.refuses("cloudformation", "describe_stacks", "ValidationError", "it does not exist")

    def has_images(self, *images: tuple[str, int, list[str]]) -> None:
        """Each a digest, the hour it was pushed, and its tags."""
        details = [
            {
                "imageDigest": digest,
                "imagePushedAt": datetime(2026, 11, 24, hour, tzinfo=UTC),
                "imageTags": tags,
            }
            for digest, hour, tags in images
        ]
        self.answers("ecr", "describe_images", {"imageDetails": details})


class Run:
    """A deployment, what it said and what it had the CDK do."""

    def __init__(self, account: Account, config: Config | None = None, **options: Any) -> None:
        self.said: list[str] = []
        self.cdk: list[list[str]] = []
        self.steps = deploy.Deployment(
            config=config or Config(),
            session=account,
            cdk=self.cdk.append,
            say=lambda step, text: self.said.append(f"{step}: {text}"),
            **options,
        )


@pytest.fixture
def account() -> Account:
    return Account()


def test_without_credentials_nothing_is_done_and_the_exit_code_is_2(tmp_path: Path) -> None:
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
        ("DATABASE", "mysql", "deploy: DATABASE "),
        ("IMAGE_DIGEST", "latest", "deploy: IMAGE_DIGEST "),
        ("AWS_PROFILE", "nobody", "deploy: The config profile (nobody) could not be found"),
    ],
)
def test_a_wrong_setting_is_named_before_anything_is_asked(
    name: str, text: str, complaint: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv(name, text)
    assert deploy.main() == 2
    assert capsys.readouterr().err.startswith(complaint)


def test_credentials_that_aws_refuses_are_told_in_one_line(account: Account) -> None:
    account.refuses("sts", "get_caller_identity", "ExpiredToken", "it is\nexpired")
    with pytest.raises(deploy.NoCredentialsError) as refused:
        Run(account).steps.account()
    assert "ExpiredToken" in str(refused.value)
    assert "\n" not in str(refused.value)


def synthesized(folder: Path, settings: str) -> Path:
    template = {"Outputs": {"Settings": {"Value": settings}}}
    (folder / "KiroSampleState.template.json").write_text(json.dumps(template))
    return folder


def test_the_role_of_github_does_not_go_because_its_variable_is_left_out(
    account: Account, tmp_path: Path
) -> None:
    account.has_stack("KiroSampleState", Settings='{"GITHUB_REPOSITORY": "owner/name"}')
    with pytest.raises(ReleaseError, match="GITHUB_REPOSITORY=owner/name"):
        Run(account, out=synthesized(tmp_path, "{}")).steps.settings()


def on_another_processor(account: Account, folder: Path, **options: Any) -> None:
    out = synthesized(folder, '{"ARCHITECTURE": "arm64"}')
    Run(account, read({"ARCHITECTURE": "arm64"}), out=out, **options).steps.settings()


def test_another_processor_needs_an_image_that_was_built_for_it(
    account: Account, tmp_path: Path
) -> None:
    account.has_stack("KiroSampleState", Settings="{}")
    account.has_stack("KiroSampleService", ImageDigest=ONE)
    with pytest.raises(ReleaseError, match=r"ARCHITECTURE=arm64 .* IMAGE_DIGEST"):
        on_another_processor(account, tmp_path)
    account.has_stack("KiroSampleState", Settings="{}")
    on_another_processor(account, tmp_path, image_digest=OTHER)


def test_before_anything_runs_the_processor_is_free(account: Account, tmp_path: Path) -> None:
    account.has_stack("KiroSampleState", Settings="{}")
    account.has_no_stack()
    on_another_processor(account, tmp_path)


def test_the_first_deployment_may_leave_out_what_it_wants(account: Account, tmp_path: Path) -> None:
    account.has_no_stack()
    Run(account, out=synthesized(tmp_path, "{}")).steps.settings()


def test_nothing_is_changed_before_the_settings_are_compared(
    account: Account, tmp_path: Path
) -> None:
    who = {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/o", "UserId": "O"}
    account.answers("sts", "get_caller_identity", who)
    account.has_stack("KiroSampleState", Settings='{"WAF": "on"}')
    run = Run(account, out=tmp_path / "cdk.out")
    with pytest.raises(ReleaseError, match="WAF=on"):
        run.steps.run()
    assert run.cdk == []


def test_an_account_is_bootstrapped_once(account: Account) -> None:
    run = Run(account)
    account.refuses("ssm", "get_parameter", "ParameterNotFound")
    run.steps.bootstrap("111122223333")
    account.answers("ssm", "get_parameter", {"Parameter": {"Value": "33"}})
    run.steps.bootstrap("111122223333")
    assert run.cdk == [["bootstrap", "aws://111122223333/ap-northeast-1"]]
    assert run.said[-1] == "bootstrap: done, version 33"


def test_the_image_asked_for_must_be_in_the_registry(account: Account) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    account.refuses("ecr", "describe_images", "ImageNotFoundException")
    with pytest.raises(deploy.Stopped, match=f"{ONE} is not in {URI}"):
        Run(account, image_digest=ONE).steps.image()


def test_the_image_asked_for_is_taken_whatever_runs(account: Account) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    account.has_images((ONE, 1, ["abc"]))
    assert Run(account, image_digest=ONE).steps.image() == ONE


def test_a_later_deployment_keeps_the_image_that_runs(account: Account) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    account.has_stack("KiroSampleService", ImageDigest=ONE)
    assert Run(account).steps.image() == ONE


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"])
def test_a_first_deployment_that_failed_does_not_hold_on_to_its_image(
    account: Account, status: str
) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    account.has_stack("KiroSampleService", status=status, ImageDigest=ONE)
    account.has_images((ONE, 1, ["bad"]), (OTHER, 2, ["good"]))
    assert Run(account).steps.image() == OTHER


def test_the_first_deployment_takes_the_newest_image_that_has_a_tag(account: Account) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    account.has_no_stack()
    account.has_images((OTHER, 3, []), (ONE, 2, ["new"]), (OTHER, 1, ["old"]))
    assert Run(account).steps.image() == ONE


@pytest.mark.parametrize(
    ("architecture", "platform"), [("x86_64", "linux/amd64"), ("arm64", "linux/arm64")]
)
def test_without_an_image_the_commands_to_push_one_are_told(
    account: Account, architecture: str, platform: str
) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    account.has_no_stack()
    account.has_images()
    with pytest.raises(deploy.Stopped) as stopped:
        Run(account, read({"ARCHITECTURE": architecture})).steps.image()
    told = str(stopped.value)
    assert f"docker login --username AWS --password-stdin {URI.partition('/')[0]}" in told
    assert f"docker build --platform {platform} " in told
    assert f"docker push {URI}:" in told


def test_without_a_domain_nothing_is_delegated(account: Account) -> None:
    run = Run(account)
    run.steps.delegated()
    assert run.said == ["delegation: no DOMAIN: HTTP only, at the load balancer's own name"]


def delegating(account: Account, found: list[set[str]], **options: Any) -> Run:
    account.has_stack("KiroSampleState", NameServers="ns-1.example.net,NS-2.example.org")
    return Run(
        account, read({"DOMAIN": "example.com"}), name_servers=lambda _: found.pop(0), **options
    )


def test_a_domain_that_others_serve_stops_the_deployment_and_names_the_records(
    account: Account,
) -> None:
    run = delegating(account, [{"ns.registrar.net"}])
    with pytest.raises(deploy.Stopped, match="run this again"):
        run.steps.delegated()
    assert run.said == [
        "delegation: example.com is served by ns.registrar.net. At its registrar, set\n"
        "  example.com. NS ns-1.example.net.\n"
        "  example.com. NS ns-2.example.org."
    ]


def test_a_delegation_is_waited_for_as_long_as_patience_lasts(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deploy, "DELEGATION_POLL_SECONDS", 0.01)
    ours = {"ns-1.example.net", "ns-2.example.org"}
    run = delegating(account, [set(), {"ns.registrar.net"}, ours], patience=60)
    run.steps.delegated()
    assert [text.splitlines()[0] for text in run.said] == [
        "delegation: example.com is served by nobody. At its registrar, set",
        "delegation: example.com is served by our zone",
    ]


def test_a_resolver_that_fails_is_named(account: Account) -> None:
    def fails(_domain: str) -> set[str]:
        raise LookupFailed("this machine names no resolver")

    account.has_stack("KiroSampleState", NameServers="ns-1.example.net")
    run = Run(account, read({"DOMAIN": "example.com"}), name_servers=fails)
    with pytest.raises(deploy.Stopped, match="names no resolver"):
        run.steps.delegated()


def test_without_a_database_there_is_no_migration(account: Account) -> None:
    account.has_stack("KiroSampleState", RepositoryUri=URI)
    run = Run(account)
    run.steps.schema(ONE)
    assert (run.cdk, run.said) == ([], ["schema: no database"])


def test_the_service_is_deployed_with_the_image_and_by_itself(account: Account) -> None:
    account.has_stack("KiroSampleService", PublicUrl="https://example.com")
    run = Run(account)
    run.steps.service(ONE)
    [arguments] = run.cdk
    assert arguments[:2] == ["deploy", "KiroSampleService"]
    assert "--exclusively" in arguments
    assert arguments[-2:] == ["--parameters", f"KiroSampleService:ImageDigest={ONE}"]
    assert run.said[-1] == "service: serving at https://example.com"


def test_no_digest_is_none_and_a_short_one_is_refused() -> None:
    assert deploy.digest({"IMAGE_DIGEST": " "}) is None
    with pytest.raises(ConfigError, match="IMAGE_DIGEST"):
        deploy.digest({"IMAGE_DIGEST": "sha256:12"})
