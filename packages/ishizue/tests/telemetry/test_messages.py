"""A message is one line, and readable on a terminal."""

import json
import logging

import pytest

from ishizue.telemetry import request_log
from ishizue.telemetry.messages import MessageHandler, as_json, as_text, dropped
from ishizue.telemetry.request_log import RequestLog


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


def test_a_message_that_cannot_be_formatted_does_no_harm(
    log: logging.Logger, written: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    log.info("%d", "no number")
    log.info("the next one")
    assert len(written) == 1
    assert "no number" in capsys.readouterr().err


@pytest.mark.parametrize("milliseconds", [0.0, 0.0051, 0.999, 1.0, 1500.25])
def test_durations_are_logged_to_the_microsecond(
    written: list[str], monkeypatch: pytest.MonkeyPatch, milliseconds: float
) -> None:
    monkeypatch.setattr(request_log, "perf_counter", lambda: 100.0)
    log = RequestLog(written.append, metrics=None)
    log.record("GET", "/page", 200, 5, 100.0 - milliseconds / 1000, "203.0.113.0/24", "")
    assert json.loads(written[0])["duration_ms"] == pytest.approx(milliseconds, abs=0.0011)


def test_dropped_lines_are_reported_in_the_same_format() -> None:
    assert json.loads(dropped(as_json, 7))["message"].startswith("7 lines were dropped")
    assert "7 lines" in dropped(as_text, 7)
