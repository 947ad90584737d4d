"""A short run of `make fuzz`, what its oracle finds in a stream, and a fault that it finds."""

import secrets

import pytest

from ishizue.http.protocol import parsing
from tools.fuzz.__main__ import fuzz
from tools.fuzz.rules import Broken


def test_a_short_run_finds_nothing() -> None:
    seen = fuzz(secrets.randbelow(2**32), seconds=0)
    assert min(seen["fast"], seen["refused"]) > 0


def test_a_request_smuggled_in_a_body_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "ambiguity", lambda *_, **__: None)
    with pytest.raises(Broken, match="an invalid request was executed"):
        fuzz(3, seconds=60)
