"""What `kirosample serve` writes as a process: to a pipe, to a terminal, and at its end."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


@contextmanager
def serving(port: str, stdout: Any, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KIROSAMPLE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "kirosample", "serve"],
        env=kept | {"PORT": port, "DATABASE_URL": "none", "PYTHONWARNINGS": "error"} | settings,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/livez")
                break
            time.sleep(0.05)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def read(process: subprocess.Popen[bytes]) -> list[dict[str, Any]]:
    assert process.stdout
    return [json.loads(line) for line in process.stdout.read().splitlines()]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_all_is_written_to_the_end_and_nothing_but_json(port: str, end: signal.Signals) -> None:
    with serving(port, subprocess.PIPE, KIROSAMPLE_METRICS="on") as process:
        assert httpx.get(f"http://127.0.0.1:{port}/date?q=s3cret").status_code == 200
        process.send_signal(end)
        assert process.wait(20) == 0
        lines = read(process)
        assert process.stderr
        assert process.stderr.read() == b""
    messages = [line["message"] for line in lines if "message" in line]
    assert messages[0] == f"KiroSample: http://localhost:{port}"
    assert messages[-2:] == ["stopping: what was accepted is answered", "stopped"]
    assert [line["route"] for line in lines if "route" in line] == ["/date"]
    assert [line["Requests"] for line in lines if "_aws" in line] == [1]


def test_the_database_is_told_of_and_its_password_is_not(port: str) -> None:
    settings = {
        "DATABASE_URL": "postgresql://app:s3cret@127.0.0.1:1/kirosample",
        "KIROSAMPLE_COOKIE_KEYS": "s3cret key of the test and of no other",
    }
    with serving(port, subprocess.PIPE, **settings) as process:
        httpx.get(f"http://127.0.0.1:{port}/readyz")
        httpx.get(f"http://127.0.0.1:{port}/favorites", headers={"Cookie": "visitor=s3cret"})
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stdout
        text = process.stdout.read().decode()
    lines = [json.loads(line) for line in text.splitlines()]
    assert any(
        line.get("level") == "WARNING" and "favorites cannot" in line["message"] for line in lines
    )
    assert [line["status"] for line in lines if "status" in line] == [503, 503]
    assert "s3cret" not in text


def test_a_reader_who_does_not_read_stops_nobody(port: str) -> None:
    with serving(port, subprocess.PIPE) as process:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            for _ in range(800):  # 120 kB and more, to a pipe that takes 64
                assert client.get("/about").status_code == 200
            assert client.get("/livez").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_defect_at_the_start_is_one_line_and_exit_1(port: str) -> None:
    broken = (
        "import sys, kirosample.quotes as q\n"
        "def load(): raise RuntimeError('broken on purpose')\n"
        "q.load = load\n"
        "from kirosample.cli import main\nsys.argv = ['kirosample', 'serve']\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken],
        env=os.environ | {"PORT": port, "DATABASE_URL": "none"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert (told["level"], told["message"]) == ("ERROR", "a defect has ended the server")
    assert "RuntimeError: broken on purpose" in told["traceback"]
    assert done.stderr == b""


def test_without_a_stdout_it_serves_all_the_same(port: str) -> None:
    command = f"exec {sys.executable} -m kirosample serve >&-"
    process = subprocess.Popen(
        ["sh", "-c", command], env=os.environ | {"PORT": port, "DATABASE_URL": "none"}
    )
    try:
        deadline = time.monotonic() + 20
        status = 0
        while status != 200 and time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                status = httpx.get(f"http://127.0.0.1:{port}/date").status_code
            time.sleep(0.05)
        assert status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def test_on_a_terminal_the_lines_are_for_reading(port: str) -> None:
    ours, theirs = pty.openpty()
    try:
        with serving(port, theirs) as process:
            httpx.get(f"http://127.0.0.1:{port}/horoscope/leo")
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        text = os.read(ours, 1 << 16).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    first, request, *_, last = text.splitlines()
    assert first.endswith(f"INFO KiroSample: http://localhost:{port}")
    assert " 200 GET /horoscope/{sign} " in request
    assert last.endswith("INFO stopped")
    assert "{" not in text.replace("{sign}", "")
