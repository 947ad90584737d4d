"""The log without a standard output, and on a terminal."""

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


def test_on_a_terminal_the_lines_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    try:
        with open(theirs, "w", closefd=False) as terminal:
            monkeypatch.setattr(sys, "stdout", terminal)
            log_something()
        said = b""
        while b"broken on purpose\r\n" not in said:  # a terminal hands it over in parts
            said += os.read(ours, 1 << 16)
        request, message, route, *rest = said.decode().splitlines()
    finally:
        os.close(ours)
        os.close(theirs)
    clock, *words = request.split()
    assert len(clock) == len("12:34:56")
    assert words[:5] == ["200", "GET", "/page/{number}", "17135", "B"]
    assert words[-2:] == ["ms", "203.0.113.0/24"]
    assert message.endswith(" ERROR it failed")
    assert (route, rest[-1]) == ("/page/{number}", "ValueError: broken on purpose")
