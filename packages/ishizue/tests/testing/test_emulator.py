"""The emulator gets no credentials."""

from pathlib import Path

from ishizue.testing.emulator import Emulator


def test_the_operators_credentials_do_not_reach_the_emulator(tmp_path: Path) -> None:
    environ = Emulator("http://127.0.0.1:1", tmp_path).environ(
        {"PATH": "/bin", "AWS_PROFILE": "real", "AWS_SESSION_TOKEN": "real", "AWS_CA_BUNDLE": "x"}
    )
    assert "real" not in environ.values()
    assert environ["PATH"] == "/bin"
    assert environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environ["AWS_EC2_METADATA_DISABLED"] == "true"
