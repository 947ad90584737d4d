"""What does not hold in a rehearsal fails the command."""

import pytest

from ishizue_ops.emulator import __main__ as command


def test_a_call_that_would_be_refused_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_rehearse", lambda _: None)
    monkeypatch.setattr(command, "_permissions", lambda _: ["refused: a call"])
    assert command.main() == 1
    assert capsys.readouterr().err.splitlines()[-1] == "- refused: a call"
