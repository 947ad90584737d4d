"""`python -m infra.release`: its arguments, its answers and its exit codes."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError
from tests.infra.release.aws import DIGEST, stubbed

from infra.cdk import cli
from infra.release import __main__ as command

Stubbers = Callable[[str], Any]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubbers]:
    """The stubber of a service, whose client is the one that the command gets."""
    with ExitStack() as stack:
        pairs: dict[str, tuple[Any, Any]] = {}

        def pair(service: str) -> tuple[Any, Any]:
            if service not in pairs:
                pairs[service] = stack.enter_context(stubbed(service))
            return pairs[service]

        monkeypatch.setattr(command, "_client", lambda service: pair(service)[0])
        yield lambda service: pair(service)[1]


def _synthesized(folder: Path, settings: str = "{}") -> None:
    """Both stacks as `make synth` writes them, as far as a deployment reads them."""
    template = {
        "Parameters": {"ImageDigest": {}},
        "Outputs": {"Settings": {"Value": settings}},
    }
    for name in ("KiroSampleState", "KiroSampleService"):
        (folder / f"{name}.template.json").write_text(json.dumps(template))


def _stack(aws: Stubbers, **outputs: str) -> None:
    aws("cloudformation").add_response(
        "describe_stacks",
        {
            "Stacks": [
                {
                    "StackName": "a-stack",
                    "CreationTime": datetime.now(UTC),
                    "StackStatus": "UPDATE_COMPLETE",
                    "Parameters": [{"ParameterKey": "ImageDigest", "ParameterValue": DIGEST}],
                    "Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in outputs.items()],
                }
            ]
        },
    )


def test_push_prints_the_digest_as_github_takes_it(
    aws: Stubbers, capsys: pytest.CaptureFixture[str]
) -> None:
    _stack(aws, RepositoryUri="123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/kirosample")
    aws("ecr").add_response("describe_images", {"imageDetails": [{"imageDigest": DIGEST}]})
    assert command.main(["push", "kirosample", "--tag", "c0ffee"]) == 0
    assert capsys.readouterr().out == f"digest={DIGEST}\n"


def test_scan_asks_for_the_image_of_the_state_s_repository(
    aws: Stubbers, capsys: pytest.CaptureFixture[str]
) -> None:
    _stack(aws, RepositoryUri="123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/kirosample")
    image = {"repositoryName": "kirosample", "imageId": {"imageDigest": DIGEST}}
    aws("ecr").add_response(
        "describe_image_scan_findings",
        {"imageScanStatus": {"status": "COMPLETE"}},
        {**image, "maxResults": 1},
    )
    aws("ecr").add_response("describe_image_scan_findings", {"imageScanFindings": {}}, image)
    assert command.main(["scan", "--digest", DIGEST]) == 0
    assert capsys.readouterr().out == "scan: nothing serious\n"


def test_migrate_says_when_there_is_no_database(
    aws: Stubbers, capsys: pytest.CaptureFixture[str]
) -> None:
    _stack(aws)
    assert command.main(["migrate", "--digest", DIGEST]) == 0
    assert capsys.readouterr().out == "migrate: there is no database\n"


def test_verify_says_how_many_tasks_run_the_image(
    aws: Stubbers, capsys: pytest.CaptureFixture[str]
) -> None:
    _stack(aws, ClusterName="cluster", ServiceName="service", TaskDefinitionArn="arn:app:8")
    deployment = {
        "status": "PRIMARY",
        "taskDefinition": "arn:app:8",
        "rolloutState": "COMPLETED",
        "runningCount": 2,
        "desiredCount": 2,
    }
    aws("ecs").add_response("describe_services", {"services": [{"deployments": [deployment]}]})
    assert command.main(["verify", "--digest", DIGEST]) == 0
    assert capsys.readouterr().out == f"verify: 2 tasks run {DIGEST}\n"


@pytest.mark.parametrize(
    ("word", "stack"), [("state", "KiroSampleState"), ("service", "KiroSampleService")]
)
def test_deploy_deploys_the_stack_that_is_named(
    word: str, stack: str, aws: Stubbers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _synthesized(tmp_path, '{"DOMAIN": "example.com"}')
    _stack(aws, Settings='{"DOMAIN": "example.com"}')
    calls: list[list[str]] = []
    monkeypatch.setattr(command, "OUT", tmp_path)
    monkeypatch.setattr(cli, "run", calls.append)
    assert command.main(["deploy", word, "--digest", DIGEST]) == 0
    [arguments] = calls
    assert arguments[1] == stack
    assert arguments[-1] == f"{stack}:ImageDigest={DIGEST}"


def test_a_variable_that_github_does_not_have_stops_the_deployment(
    aws: Stubbers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _synthesized(tmp_path)
    _stack(aws, Settings='{"DOMAIN": "example.com"}')
    monkeypatch.setattr(command, "OUT", tmp_path)
    monkeypatch.setattr(cli, "run", lambda _arguments: pytest.fail("it was deployed"))
    assert command.main(["deploy", "state", "--digest", DIGEST]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("release: settings: deployed with DOMAIN=example.com and now without")


def test_a_deployment_that_fails_is_exit_1(
    aws: Stubbers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_arguments: list[str]) -> None:
        raise cli.CdkError("cdk deploy ended with exit code 1")

    _synthesized(tmp_path)
    _stack(aws)
    monkeypatch.setattr(command, "OUT", tmp_path)
    monkeypatch.setattr(cli, "run", fail)
    assert command.main(["deploy", "service", "--digest", DIGEST]) == 1
    assert capsys.readouterr().err == "release: cdk deploy ended with exit code 1\n"


def test_what_aws_refuses_is_one_line_and_exit_1(
    aws: Stubbers, capsys: pytest.CaptureFixture[str]
) -> None:
    aws("cloudformation").add_client_error("describe_stacks", "AccessDenied", "not\nyou")
    assert command.main(["verify", "--digest", DIGEST]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("release: An error occurred (AccessDenied)")
    assert line.endswith("not you")


def test_no_credentials_are_one_line_and_exit_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none(_service: str) -> None:
        raise NoCredentialsError

    monkeypatch.setattr(command, "_client", none)
    assert command.main(["migrate", "--digest", DIGEST]) == 1
    assert capsys.readouterr().err == "release: Unable to locate credentials\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["deploy", "everything", "--digest", DIGEST],
        ["deploy", "state", "--digest", "latest"],
        ["scan", "--digest", f"{DIGEST}0"],
        ["verify"],
        ["push", "kirosample", "--tag", "no tag"],
    ],
)
def test_an_argument_out_of_form_is_exit_2_and_nothing_is_asked(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(arguments)
    assert caught.value.code == 2
