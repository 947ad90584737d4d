"""A message is one line, and readable on a terminal; without a standard output it goes nowhere."""

import json
import logging
import os
import pty
import sys
import time

import pytest

from ishizue.telemetry import to_stdout
from ishizue.telemetry.messages import MessageHandler, as_json


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def log(written: list[str]) -> logging.Logger:
    made = logging.Logger("test")
    made.addHandler(MessageHandler(written.append, as_json))
    return made


def fail(log: logging.Logger, text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("it failed", extra={"route": "/page", "trace": "Root=1-2-3"})


def test_a_message_is_one_json_line_with_its_traceback_and_request(
    log: logging.Logger, written: list[str]
) -> None:
    log.warning("not ready: %s", "名前\nmore")
    fail(log, "broken on purpose")
    assert [line.count("\n") for line in written] == [1, 1]
    message, entry = map(json.loads, written)
    assert list(message) == ["time", "level", "message"]
    assert (message["level"], message["message"]) == ("WARNING", "not ready: 名前\nmore")
    assert (entry["route"], entry["trace"]) == ("/page", "Root=1-2-3")
    assert entry["traceback"].startswith("Traceback (most recent call last):\n")
    assert entry["traceback"].endswith("ValueError: broken on purpose\n")


def test_the_longest_line_is_not_cut_by_a_container_log(
    log: logging.Logger, written: list[str]
) -> None:
    def deep(left: int) -> None:
        deep(left - 1) if left else fail(log, "x" * 50_000)

    deep(100)
    (line,) = written
    assert len(line.encode()) < 16 * 1024
    assert json.loads(line)["traceback"].rstrip().endswith("x" * 1000)


def log_something() -> None:
    with to_stdout() as log:
        log.record("GET", "/page/{number}", 200, 17135, time.perf_counter(), "203.0.113.0/24", "")
        fail(logging.getLogger("test"), "broken on purpose")


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
        request, message, route, _, *rest = said.decode().splitlines()
    finally:
        os.close(ours)
        os.close(theirs)
    clock, *words = request.split()
    assert len(clock) == len("12:34:56")
    assert words[:5] == ["200", "GET", "/page/{number}", "17135", "B"]
    assert words[-2:] == ["ms", "203.0.113.0/24"]
    assert message.endswith(" ERROR it failed")
    assert (route, rest[-1]) == ("/page", "ValueError: broken on purpose")
