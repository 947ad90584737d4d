"""The log without a standard output, and on a terminal."""

import json
import logging
import os
import pty
import sys
import time

import pytest

from ishizue.telemetry import to_stdout


def log_something() -> None:
    with to_stdout() as log:
        log.record("GET", "/page/{number}", 200, 17135, time.perf_counter(), "203.0.113.0/24", "")
        try:
            raise ValueError("broken on purpose")
        except ValueError:
            logging.getLogger("test").exception("it failed", extra={"route": "/page/{number}"})


def test_without_a_stdout_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    log_something()


def test_on_a_terminal_messages_stay_with_logging(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours) as screen, os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        log_something()
        assert json.loads(screen.readline())["route"] == "/page/{number}"
    (record,) = caplog.records
    assert record.getMessage() == "it failed"
