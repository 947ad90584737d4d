"""The emulator is ours alone: on loopback, away from credentials, ended with its block."""

import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import boto3
import pytest
from tests.infra.emulator.test_deployed import needs_emulator

from infra.config import read
from infra.emulator import document, process
from infra.emulator.account import Account
from infra.emulator.comparison import compare


def test_no_credentials_and_no_profile_of_the_operator_reach_the_emulator(tmp_path: Path) -> None:
    emulator = process.Emulator("http://127.0.0.1:1", tmp_path, tmp_path / "log")
    environ = emulator.environ(
        {"PATH": "/bin", "AWS_PROFILE": "real", "AWS_SESSION_TOKEN": "real", "AWS_CA_BUNDLE": "x"}
    )
    assert "real" not in environ.values()
    assert environ["PATH"] == "/bin"
    assert environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environ["AWS_EC2_METADATA_DISABLED"] == "true"


@pytest.mark.external
@needs_emulator
def test_an_empty_account_holds_no_line_so_that_no_line_can_pass_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with process.running() as emulator:
        for name, text in emulator.environ({}).items():
            monkeypatch.setenv(name, text)
        account = Account(boto3.Session(region_name=process.REGION), ["KiroSampleState"])
        for kind in ("rds", "aurora"):
            rows = compare(
                document.lines(read({"DATABASE": kind, "DOMAIN": "example.com"})), account
            )
            assert [row.line.says for row in rows if row.ok] == []
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(emulator.url, timeout=2)
    assert not emulator.folder.exists()


@pytest.mark.external
@needs_emulator
def test_another_version_of_the_emulator_is_refused_by_name(tmp_path: Path) -> None:
    made = tmp_path / "ministack-9.9.9.dist-info"
    made.mkdir()
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: ministack\nVersion: 9.9.9\n")
    done = subprocess.run(
        [process.PYTHON, "-m", "extension"],
        cwd=process.EXTENSION.parent,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("ministack is 9.9.9, and infra/emulator/extension was written")


def test_an_emulator_that_is_not_installed_is_told_in_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(process.EmulatorError, match="make deploy-emulated"),
        process.running(tmp_path / "python"),
    ):
        pass
