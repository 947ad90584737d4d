"""Every command on AWS ends with the same line, and an exit code that says of what kind it is."""

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ProfileNotFound

from ishizue_ops.config import ConfigError
from ishizue_ops.deploy import Stopped, restore
from ishizue_ops.deploy.ending import ended
from ishizue_ops.node import NpmError
from ishizue_ops.synth import DesignError

REFUSED = ClientError({"Error": {"Code": "AccessDenied", "Message": "not\nyou"}}, "Describe")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConfigError("TASKS=0"), 2, "TASKS=0"),
        (NoCredentialsError(), 2, "no credentials that AWS accepts: Unable to locate"),
        (ProfileNotFound(profile="nobody"), 2, "The config profile (nobody) could not be found"),
        *((error("why"), 1, "why") for error in (Stopped, NpmError, DesignError)),
        (REFUSED, 1, "An error occurred (AccessDenied) when calling the Describe operation: not "),
    ],
)
def test_what_stops_a_command_is_said_with_its_name(
    error: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def run() -> None:
        raise error

    assert ended("deploy", run) == code
    assert capsys.readouterr().err.startswith(f"deploy: {said}")


def test_a_command_has_its_own_code_and_without_its_argument_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RESTORE", "")
    assert (ended("deploy", lambda: None), ended("destroy", lambda: 1)) == (0, 1)
    assert ended("rehearse", lambda: int("one"), ValueError) == 1
    assert ended("restore", restore.main) == 2
    own, given = capsys.readouterr().err.splitlines()
    assert own.startswith("rehearse: invalid literal")
    assert given.startswith("restore: set RESTORE")
