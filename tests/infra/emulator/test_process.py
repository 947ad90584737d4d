"""The emulator listens on loopback, gets no credentials, and stops with its block."""

import urllib.error
import urllib.request
from pathlib import Path

import pytest

from ishizue_ops.emulator import process
from tests.infra.emulator.conftest import needs_emulator


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
def test_it_stops_with_its_block_and_leaves_no_file() -> None:
    with process.running() as emulator:
        assert emulator.folder.exists()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(emulator.url, timeout=2)
    assert not emulator.folder.exists()
