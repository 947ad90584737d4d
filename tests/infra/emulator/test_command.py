"""What does not hold in a rehearsal fails the command."""

from unittest.mock import Mock

import pytest

from ishizue_ops.emulator import __main__ as command
from ishizue_ops.emulator.rehearsal import RehearsalError


@pytest.mark.parametrize(
    ("rehearsed", "refused", "last"),
    [
        (None, ["refused: a call"], "- refused: a call"),
        (RehearsalError("no record"), [], "deploy-emulated: no record"),
    ],
    ids=["refused call", "error"],
)
def test_what_does_not_hold_fails_the_command(
    rehearsed: Exception | None,
    refused: list[str],
    last: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "_rehearse", Mock(side_effect=[rehearsed]))
    monkeypatch.setattr(command, "_permissions", lambda _: refused)
    assert command.main() == 1
    assert capsys.readouterr().err.splitlines()[-1] == last
