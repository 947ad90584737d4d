"""The image in the registry: pushed once, and known by its digest."""

import base64
from pathlib import Path
from typing import Any

import pytest
from tests.infra.release.aws import DIGEST, stubbed

from infra.release import ReleaseError, image

URI = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/kirosample"


def _is_there(stubber: Any, digest: str | None) -> None:
    if digest is None:
        stubber.add_client_error("describe_images", "ImageNotFoundException")
        return
    stubber.add_response(
        "describe_images",
        {"imageDetails": [{"imageDigest": digest}]},
        {"repositoryName": "kirosample", "imageIds": [{"imageTag": "c0ffee"}]},
    )


def _hands_out_a_password(stubber: Any) -> None:
    token = base64.b64encode(b"AWS:the-password").decode()
    stubber.add_response(
        "get_authorization_token", {"authorizationData": [{"authorizationToken": token}]}
    )


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A docker that writes down what it is asked, with its input and where its settings are.

    It fails at the command that a file `fails` beside it names.
    """
    program = tmp_path / "docker"
    program.write_text(
        f"""#!/bin/sh
case $* in *--password-stdin*) password=$(cat);; esac
echo "$* [${{password:-}}] $DOCKER_CONFIG" >>{tmp_path}/calls
if [ "$1" = "$(cat {tmp_path}/fails 2>/dev/null)" ]; then
    echo some progress >&2
    echo denied: the reason >&2
    exit 1
fi
"""
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_an_image_is_pushed_and_the_registry_says_its_digest(docker: Path) -> None:
    with stubbed("ecr") as (ecr, stubber):
        _is_there(stubber, None)
        _hands_out_a_password(stubber)
        _is_there(stubber, DIGEST)
        assert image.push(ecr, uri=URI, local="kirosample:c0ffee", tag="c0ffee") == DIGEST
    login, tag, push = (docker / "calls").read_text().splitlines()
    registry = URI.partition("/")[0]
    assert login.startswith(f"login --username AWS --password-stdin {registry} [the-password] ")
    assert tag.startswith(f"tag kirosample:c0ffee {URI}:c0ffee ")
    assert push.startswith(f"push --quiet {URI}:c0ffee ")


def test_the_password_is_kept_nowhere(docker: Path) -> None:
    with stubbed("ecr") as (ecr, stubber):
        _is_there(stubber, None)
        _hands_out_a_password(stubber)
        _is_there(stubber, DIGEST)
        image.push(ecr, uri=URI, local="kirosample:c0ffee", tag="c0ffee")
    folders = {Path(line.split()[-1]) for line in (docker / "calls").read_text().splitlines()}
    [folder] = folders
    assert folder.name
    assert folder != Path.home() / ".docker"
    assert not folder.exists()


def test_a_commit_that_was_pushed_before_keeps_its_image(docker: Path) -> None:
    with stubbed("ecr") as (ecr, stubber):
        _is_there(stubber, DIGEST)
        assert image.push(ecr, uri=URI, local="kirosample:c0ffee", tag="c0ffee") == DIGEST
    assert not (docker / "calls").exists()


@pytest.mark.parametrize("command", ["login", "tag", "push"])
def test_what_docker_refuses_is_told_in_its_last_words(docker: Path, command: str) -> None:
    (docker / "fails").write_text(command)
    with stubbed("ecr") as (ecr, stubber):
        _is_there(stubber, None)
        _hands_out_a_password(stubber)
        with pytest.raises(ReleaseError, match=rf"docker {command} failed: denied: the reason$"):
            image.push(ecr, uri=URI, local="kirosample:c0ffee", tag="c0ffee")


def test_a_machine_without_docker_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with stubbed("ecr") as (ecr, stubber):
        _is_there(stubber, None)
        _hands_out_a_password(stubber)
        with pytest.raises(ReleaseError, match=r"there is no docker here"):
            image.push(ecr, uri=URI, local="kirosample:c0ffee", tag="c0ffee")


@pytest.mark.usefixtures("docker")
def test_a_push_that_the_registry_does_not_know_of_has_failed() -> None:
    with stubbed("ecr") as (ecr, stubber):
        _is_there(stubber, None)
        _hands_out_a_password(stubber)
        _is_there(stubber, None)
        with pytest.raises(ReleaseError, match=r"does not have c0ffee"):
            image.push(ecr, uri=URI, local="kirosample:c0ffee", tag="c0ffee")
