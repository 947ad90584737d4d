"""The emulator listens on loopback, gets no credentials, and stops with its block."""

import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import boto3
import pytest

from infra.config import REGION, read
from infra.emulator import expected, process
from infra.emulator.account import Account
from infra.emulator.comparison import compare
from infra.names import Names
from tests.infra.emulator.test_deployed import needs_emulator


def test_the_operators_credentials_do_not_reach_the_emulator(tmp_path: Path) -> None:
    emulator = process.Emulator("http://127.0.0.1:1", tmp_path)
    environ = emulator.environ(
        {"PATH": "/bin", "AWS_PROFILE": "real", "AWS_SESSION_TOKEN": "real", "AWS_CA_BUNDLE": "x"}
    )
    assert "real" not in environ.values()
    assert environ["PATH"] == "/bin"
    assert environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environ["AWS_EC2_METADATA_DISABLED"] == "true"


@pytest.mark.external
@needs_emulator
def test_in_an_empty_account_every_line_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    with process.running() as emulator:
        for name, text in emulator.environ({}).items():
            monkeypatch.setenv(name, text)
        account = Account(boto3.Session(region_name=REGION), Names())
        for kind in ("rds", "aurora"):
            lines = expected.lines(read({"DATABASE": kind, "DOMAIN": "example.com"}))
            rows = compare(lines, account)
            assert [row.line.text for row in rows if row.ok] == []
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(emulator.url, timeout=2)
    assert not emulator.folder.exists()


@pytest.mark.external
@needs_emulator
def test_another_version_of_the_emulator_is_refused(tmp_path: Path) -> None:
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
    assert done.stderr.startswith("ministack is 9.9.9, but infra/emulator/extension supports")


def test_a_missing_emulator_is_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(process.EmulatorError, match="make deploy-emulated"),
        process.running(tmp_path / "python"),
    ):
        pass
