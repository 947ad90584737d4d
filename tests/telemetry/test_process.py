"""The log of a `kirosample serve` process: in a pipe, on a terminal, and at its end."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import processes
from tests.processes import Server


@contextmanager
def serving(stdout: Any = subprocess.PIPE, **settings: str) -> Iterator[Server]:
    with processes.server("serve", stdout=stdout, **{"DATABASE_URL": "none", **settings}) as server:
        server.wait_for("/livez")
        yield server


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_every_line_up_to_the_end_is_json(end: signal.Signals) -> None:
    with serving(KIROSAMPLE_METRICS="on") as server:
        assert server.client.get("/openapi.json?q=s3cret").status_code == 200
        assert server.end(end) == 0
        stdout, stderr = server.process.communicate()
    assert stderr == ""
    lines = [json.loads(line) for line in stdout.splitlines()]
    messages = [line["message"] for line in lines if "message" in line]
    assert messages[0] == f"KiroSample: {server.url.replace('127.0.0.1', 'localhost')}"
    assert messages[-2:] == ["stopping: finishing accepted requests", "stopped"]
    assert [line["route"] for line in lines if "route" in line] == ["/openapi.json"]
    assert [line["Requests"] for line in lines if "_aws" in line] == [1]


def test_a_database_error_is_logged_without_the_password(tmp_path: Path) -> None:
    settings = {
        "DATABASE_URL": "postgresql://app:s3cret@127.0.0.1:1/kirosample",
        "KIROSAMPLE_DATA_DIR": str(tmp_path),
    }
    with serving(**settings) as server:
        server.client.get("/readyz")
        server.client.get("/readyz", headers={"Cookie": "key=s3cret"})
        assert server.end() == 0
        text = server.process.communicate()[0]
    lines = [json.loads(line) for line in text.splitlines()]
    warnings = [line["message"] for line in lines if line.get("level") == "WARNING"]
    assert any("cannot serve" in message for message in warnings)
    assert [line["status"] for line in lines if "status" in line] == [503, 503]
    assert "s3cret" not in text


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


def test_without_a_stdout_it_still_serves() -> None:
    port = processes.free_port()
    process = subprocess.Popen(
        ["sh", "-c", f"exec {sys.executable} -m kirosample serve >&-"],
        env=processes.environment(PORT=port, DATABASE_URL="none"),
        stderr=subprocess.PIPE,
        text=True,
    )
    server = Server(process, f"http://127.0.0.1:{port}")
    with process, server.client:
        server.wait_for("/openapi.json")
        assert server.end() == 0


def test_on_a_terminal_the_lines_are_text() -> None:
    ours, theirs = pty.openpty()
    try:
        with serving(theirs) as server:
            server.client.get("/openapi.json")
            assert server.end() == 0
        text = os.read(ours, 1 << 16).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    first, request, *_, last = text.splitlines()
    assert re.search(r"INFO KiroSample: http://localhost:\d+$", first)
    assert " 200 GET /openapi.json " in request
    assert last.endswith("INFO stopped")
    assert "{" not in text
