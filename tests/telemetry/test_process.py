"""The log of a `kirosample serve` process: in a pipe, on a terminal, and at its end."""

import json
import logging
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kirosample.telemetry import to_stdout
from tests import processes


def test_every_line_up_to_the_end_is_json_and_has_no_secret(tmp_path: Path) -> None:
    settings = {
        "DATABASE_URL": "postgresql://app:s3cret@127.0.0.1:1/kirosample",
        "KIROSAMPLE_DATA_DIR": str(tmp_path),
        "KIROSAMPLE_METRICS": "on",
    }
    with processes.server("serve", stdout=subprocess.PIPE, **settings) as server:
        server.wait_for("/livez")
        assert server.client.get("/openapi.json?q=s3cret").status_code == 200
        assert server.client.get("/readyz", headers={"Cookie": "key=s3cret"}).status_code == 503
        assert server.end() == 0
        stdout, stderr = server.process.communicate()
    assert stderr == ""
    assert "s3cret" not in stdout
    lines = [json.loads(line) for line in stdout.splitlines()]
    messages = [line["message"] for line in lines if "message" in line]
    assert f"KiroSample: {server.url.replace('127.0.0.1', 'localhost')}" in messages
    assert messages[-2:] == ["stopping: finishing accepted requests", "stopped"]
    assert any("cannot serve" in message for message in messages)
    found = [(line["route"], line["status"]) for line in lines if "route" in line]
    assert found == [("/openapi.json", 200), ("/readyz", 503)]
    assert [line["Requests"] for line in lines if "_aws" in line] == [1]


def test_a_crash_at_startup_is_one_line_and_exit_1() -> None:
    broken = (
        "import sys, kirosample.app as app\n"
        "def build(*_, **__): raise RuntimeError('broken on purpose')\n"
        "app.build = build\n"
        "from kirosample.cli import main\nsys.argv = ['kirosample', 'serve']\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken],
        env=processes.environment(PORT=processes.free_port(), DATABASE_URL="none"),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    message = json.loads(line)
    assert (message["level"], message["message"]) == ("ERROR", "the server crashed")
    assert "RuntimeError: broken on purpose" in message["traceback"]
    assert done.stderr == b""


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
        request, message, route, *rest = os.read(ours, 1 << 16).decode().splitlines()
    finally:
        os.close(ours)
        os.close(theirs)
    clock, *words = request.split()
    assert len(clock) == len("12:34:56")
    assert words[:5] == ["200", "GET", "/page/{number}", "17135", "B"]
    assert words[-2:] == ["ms", "203.0.113.0/24"]
    assert message.endswith(" ERROR it failed")
    assert (route, rest[-1]) == ("/page/{number}", "ValueError: broken on purpose")
