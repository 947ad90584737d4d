"""The image in the registry: pushed once, identified by its digest."""

import base64
from pathlib import Path

import pytest
from tests.deploy.aws import DIGEST, URI, Account

from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.release import image


def _has(account: Account, digest: str | None) -> None:
    if digest is None:
        account.refuses("ecr", "describe_images", "ImageNotFoundException")
        return
    listed = {"imageDetails": [{"imageDigest": digest}]}
    asked = {"repositoryName": "notes", "imageIds": [{"imageTag": "c0ffee"}]}
    account.responds("ecr", "describe_images", listed, asked)


def _needs_a_push(account: Account) -> None:
    _has(account, None)
    token = base64.b64encode(b"AWS:the-password").decode()
    authorization = {"authorizationData": [{"authorizationToken": token}]}
    account.responds("ecr", "get_authorization_token", authorization)


def _push(account: Account) -> str:
    ecr = account.client("ecr")
    return image.push(ecr, uri=URI, local="notes:c0ffee", tag="c0ffee")


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake docker that records its arguments, input and configuration folder."""
    program = tmp_path / "docker"
    program.write_text(
        f"""#!/bin/sh
case $* in *--password-stdin*) password=$(cat);; esac
echo "$* [${{password:-}}] $DOCKER_CONFIG" >>{tmp_path}/calls
"""
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_an_image_is_pushed_and_the_password_is_not_stored(account: Account, docker: Path) -> None:
    _needs_a_push(account)
    _has(account, DIGEST)
    assert _push(account) == DIGEST
    calls = (docker / "calls").read_text().splitlines()
    login, tag, push = calls
    registry = URI.partition("/")[0]
    assert login.startswith(f"login --username AWS --password-stdin {registry} [the-password] ")
    assert tag.startswith(f"tag notes:c0ffee {URI}:c0ffee ")
    assert push.startswith(f"push --quiet {URI}:c0ffee ")
    [folder] = {Path(line.split()[-1]) for line in calls}
    assert folder.name
    assert folder != Path.home() / ".docker"
    assert not folder.exists()
    _has(account, DIGEST)
    assert _push(account) == DIGEST
    assert len((docker / "calls").read_text().splitlines()) == 3, "a commit keeps its image"


@pytest.mark.usefixtures("docker")
def test_a_push_that_the_registry_does_not_have_is_an_error(account: Account) -> None:
    _needs_a_push(account)
    _has(account, None)
    with pytest.raises(Stopped, match="c0ffee"):
        _push(account)
