"""The command as a process: what starts, what does not, and how it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from ishizue.testing.postgres import folder, free_port

from bookshelf import PRODUCT

COMMAND = [sys.executable, "-m", "bookshelf"]
SOURCE = Path(__file__).parents[1] / "src"


def environ(**settings: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), **settings}


def bookshelf(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], env=environ(**settings), capture_output=True, text=True, timeout=60
    )


@contextmanager
def started(**settings: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """`bookshelf run`, once it is ready."""
    port = str(free_port())
    with (
        subprocess.Popen(
            [*COMMAND, "run"], env=environ(PORT=port, **settings), stdout=subprocess.PIPE, text=True
        ) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        try:
            until_ready(client)
            yield process, client
        finally:
            process.kill()


def until_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError


def test_it_migrates_and_serves_on_a_database_of_its_own_and_ends_on_sigterm() -> None:
    with folder() as data:
        settings = {f"{PRODUCT.prefix}DATA_DIR": str(data)}
        for applied in ("applied: 1", "applied: nothing"):
            done = bookshelf("migrate", **settings)
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.startswith(applied)
        with started(**settings) as (process, client):
            for title in ("Emma", "Persuasion"):
                assert client.post("/api/books", json={"title": title}).status_code == 201
            assert bookshelf("books", "remove", "2", **settings).returncode == 0  # beside it
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        for code in (0, 1):
            assert bookshelf("books", "remove", "1", **settings).returncode == code


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        (("dance",), {}, "invalid choice"),
        (("books", "remove", "0"), {}, "not a number"),
        (("serve",), {"PORT": "0"}, "PORT is not a whole number from 1 to 65535 ('0')"),
        (("serve",), {f"{PRODUCT.prefix}COLOR": "red"}, "is not a setting"),
    ],
)
def test_what_cannot_be_meant_is_exit_2(
    arguments: tuple[str, ...], settings: dict[str, str], words: str
) -> None:
    done = bookshelf(*arguments, **settings)
    assert done.returncode == 2
    assert words in done.stderr.splitlines()[-1]


def test_the_module_is_the_command() -> None:
    done = bookshelf("--help")
    assert done.returncode == 0
    assert done.stdout.startswith("usage: bookshelf ")


def test_the_health_check_fails_without_a_server() -> None:
    done = bookshelf("healthcheck", PORT=str(free_port()))
    assert done.returncode == 1
    assert "no response" in done.stderr
