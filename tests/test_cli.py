"""The commands, as processes: their words, exit codes and signals."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests import processes
from tests.postgres import execute, folder

READING = {"type": "quote", "item": "hosai-senku-03"}


def environment(**settings: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PORT")}
    return {**kept, "PYTHONWARNINGS": "error", **settings}


def command(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kirosample", *arguments],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def running(*arguments: str, output: str = os.devnull, **settings: str) -> Iterator["Process"]:
    with Path(output).open("wb") as stdout:
        process = subprocess.Popen(
            [sys.executable, "-m", "kirosample", *arguments],
            env=environment(**settings),
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )
    started = Process(process, f"http://127.0.0.1:{settings['PORT']}")
    try:
        yield started
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


class Process:
    """A server as a process of its own."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url

    def wait_for(self, path: str, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}{path}").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.02)
        self.process.kill()
        raise TimeoutError(self.process.communicate()[1])

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


@pytest.fixture
def data() -> Iterator[Path]:
    with folder() as path:
        yield path


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"PORT": "x"}, "PORT"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"KIROSAMPLE_TYPO": "1"}, "KIROSAMPLE_TYPO"),
        (
            {"DATABASE_URL": "postgresql://127.0.0.1:1/x", "KIROSAMPLE_DATA_DIR": "/proc/no"},
            "COOKIE_KEYS",
        ),
    ],
)
def test_a_malformed_setting_is_one_line_and_exit_2(settings: dict[str, str], named: str) -> None:
    done = command("serve", **settings)
    assert done.returncode == 2
    assert named in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_command_is_exit_2() -> None:
    assert command("dance").returncode == 2
    for id_ in ("x", "0", "-1", "99999999999"):
        assert command("favorites", "remove", id_).returncode == 2


def test_a_migration_that_cannot_be_done_is_one_line_and_exit_1(database: str) -> None:
    execute(database, "CREATE VIEW schema_versions AS SELECT 1 AS other")
    done = command("migrate", DATABASE_URL=database)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ['kirosample: column "version" does not exist']


def test_a_removal_that_cannot_be_done_is_one_line_and_exit_1(database: str) -> None:
    assert command("migrate", DATABASE_URL=database).returncode == 0
    execute(database, "ALTER TABLE favorites RENAME id TO number")
    done = command("favorites", "remove", "1", DATABASE_URL=database)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ['kirosample: column "id" does not exist']


def test_a_port_in_use_is_one_line_and_exit_1(data: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = command("run", PORT=port, KIROSAMPLE_DATA_DIR=str(data))
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_today_is_printed() -> None:
    done = command("today")
    assert done.returncode == 0
    assert "令和" in done.stdout
    assert "1位" in done.stdout


def test_run_serves_migrates_stops_and_keeps_what_was_liked(data: Path, port: str) -> None:
    with running("run", PORT=port, KIROSAMPLE_DATA_DIR=str(data)) as first:
        first.wait_for("/readyz")
        with httpx.Client(base_url=first.url) as me:
            assert me.post("/api/favorites", json=READING).status_code == 201
        assert first.end(signal.SIGTERM) == 0
    with running("run", PORT=port, KIROSAMPLE_DATA_DIR=str(data)) as second:
        second.wait_for("/readyz")
        (favorite,) = httpx.get(f"{second.url}/api/favorites").json()["favorites"]
        assert favorite["likes"] == 1
        assert second.end(signal.SIGINT) == 0
    removed = command("favorites", "remove", str(favorite["id"]), KIROSAMPLE_DATA_DIR=str(data))
    assert removed.returncode == 0
    again = command("favorites", "remove", str(favorite["id"]), KIROSAMPLE_DATA_DIR=str(data))
    assert again.returncode == 1


def test_after_a_kill_the_next_start_takes_over_and_loses_nothing(data: Path, port: str) -> None:
    with running("run", PORT=port, KIROSAMPLE_DATA_DIR=str(data)) as first:
        first.wait_for("/readyz")
        with httpx.Client(base_url=first.url) as me:
            assert me.post("/api/favorites", json=READING).status_code == 201
        assert first.end(signal.SIGKILL) == -signal.SIGKILL
    with running("run", PORT=port, KIROSAMPLE_DATA_DIR=str(data)) as second:
        second.wait_for("/readyz")
        assert len(httpx.get(f"{second.url}/api/favorites").json()["favorites"]) == 1
        assert second.end(signal.SIGTERM) == 0


def test_a_database_that_is_killed_serves_again_within_seconds(data: Path, port: str) -> None:
    pid_file, log = data / "postgresql" / "postmaster.pid", data / "stdout"
    settings = {"PORT": port, "KIROSAMPLE_DATA_DIR": str(data)}

    def main_process() -> int:
        return int(pid_file.read_text().split()[0])

    with (
        running("run", output=str(log), **settings) as server,
        httpx.Client(base_url=server.url) as me,
    ):
        server.wait_for("/readyz")
        assert me.post("/api/favorites", json=READING).status_code == 201
        os.kill(main_process(), signal.SIGKILL)
        began = time.monotonic()
        while (again := me.post("/api/favorites", json=READING)).status_code == 503:
            assert time.monotonic() - began < 20
            assert me.get("/livez").status_code == 200
            time.sleep(0.2)  # below the limit of writes
        assert (again.status_code, again.json()["likes"]) == (200, 1)
        server.wait_for("/readyz")
        # And in the middle of the next start:
        os.kill(main_process(), signal.SIGKILL)
        time.sleep(0.6)
        assert server.end(signal.SIGTERM) == 0
    text = log.read_text()
    for words in ("has died: killed by SIGKILL", "the local PostgreSQL runs again"):
        assert words in text
    assert "Traceback" not in text
    assert processes.running(f"postgres -D {data}") == []


def test_a_second_run_on_the_same_folder_says_so(data: Path, port: str) -> None:
    with running("run", PORT=port, KIROSAMPLE_DATA_DIR=str(data)) as first:
        first.wait_for("/readyz")
        with socket.create_server(("127.0.0.1", 0)) as free:
            other = str(free.getsockname()[1])
        second = command("run", PORT=other, KIROSAMPLE_DATA_DIR=str(data))
        assert second.returncode == 1
        assert str(data) in second.stderr
        assert str(first.process.pid) in second.stderr
        assert len(second.stderr.splitlines()) == 1
        assert httpx.get(f"{first.url}/readyz").status_code == 200
        first.end(signal.SIGTERM)


def test_the_containers_check_fails_until_ready_once_and_then_asks_for_life(
    database: str, data: Path, port: str
) -> None:
    settings = {"PORT": port, "DATABASE_URL": database, "KIROSAMPLE_DATA_DIR": str(data)}
    nobody = command("healthcheck", **settings)
    assert (nobody.returncode, len(nobody.stderr.splitlines())) == (1, 1)
    with running("serve", **settings) as server:
        server.wait_for("/livez")
        not_migrated = command("healthcheck", **settings)
        assert not_migrated.returncode == 1
        assert "kirosample migrate" in not_migrated.stderr
        for page in ("/", "/date", "/horoscope", "/quote"):
            assert httpx.get(f"{server.url}{page}").status_code == 200
        migrated = command("migrate", **settings)
        assert migrated.returncode == 0
        assert "nothing" in command("migrate", **settings).stdout
        server.wait_for("/readyz")
        assert command("healthcheck", **settings).returncode == 0
        server.end(signal.SIGTERM)


def test_migrate_says_that_the_database_is_out_of_reach(data: Path) -> None:
    done = command(
        "migrate", DATABASE_URL="postgresql://127.0.0.1:1/x", KIROSAMPLE_DATA_DIR=str(data)
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_sigterm_drains_before_it_stops(port: str) -> None:
    settings = {"PORT": port, "DATABASE_URL": "none", "KIROSAMPLE_DRAIN_SECONDS": "1"}
    with running("serve", **settings) as server:
        server.wait_for("/readyz")
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        ready = httpx.get(f"{server.url}/readyz")
        assert ready.status_code == 503
        assert "draining" in ready.json()["reason"]
        assert httpx.get(f"{server.url}/date").status_code == 200
        assert server.process.wait(10) == 0
