"""The two processes and the job, as ECS runs them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from ishizue.testing.postgres import fetch, free_port

from inbox.hooks import signature

SOURCE = Path(__file__).parents[1] / "src"


def environ(**settings: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), **settings}


@contextmanager
def process(command: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    arguments = [sys.executable, "-m", "inbox", command]
    with subprocess.Popen(
        arguments, env=environ(**settings), stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running
        finally:
            running.kill()


@contextmanager
def receiver() -> Iterator[tuple[str, list[bytes]]]:
    """Another service: it is unavailable at first, and keeps what it takes after that."""
    taken: list[bytes] = []
    refusals = iter([503])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = next(refusals, 204)
            if status == 204:
                taken.append(body)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/in", taken
        finally:
            server.shutdown()


def ready(port: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError


@pytest.mark.slow
def test_an_event_arrives_is_forwarded_and_is_purged(database: str) -> None:
    settings = {"DATABASE_URL": database, "INBOX_KEY": "k"}
    web, other, body = str(free_port()), str(free_port()), b'{"order":1}'
    with (
        receiver() as (address, taken),
        process("run", PORT=web, **settings) as server,
        process("work", PORT=other, INBOX_FORWARD_TO=address, **settings) as worker,
    ):
        ready(web)
        ready(other)
        sent_at = str(int(time.time()))
        headers = {
            "webhook-id": "a",
            "webhook-timestamp": sent_at,
            "webhook-signature": signature("k", "a", sent_at, body),
        }
        url = f"http://127.0.0.1:{web}/hooks"
        assert httpx.post(url, content=body, headers=headers).status_code == 202
        deadline = time.monotonic() + 60
        while not taken and time.monotonic() < deadline:
            fetch(
                database, "UPDATE events SET due_at = now() WHERE due_at IS NOT NULL AND tries = 1"
            )
            time.sleep(0.1)
        assert taken == [body]
        for running in (worker, server):
            running.send_signal(signal.SIGTERM)
            assert running.wait(30) == 0
    fetch(database, "UPDATE events SET received_at = now() - interval '31 days'")
    done = subprocess.run(
        [sys.executable, "-m", "inbox", "purge"],
        env=environ(**settings),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "purged 1 events\n"), done.stderr


def test_without_a_database_a_command_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "inbox", "work"],
        env=environ(DATABASE_URL="none"),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == ("inbox: DATABASE_URL is none: an inbox has nowhere to put an event\n")
