"""The commands as processes: output, exit codes and signals."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ishizue.limits import SHUTDOWN_SECONDS
from ishizue.processes import running as running_with
from ishizue.testing.outages import Switch
from ishizue.testing.postgres import execute, folder
from tests.processes import fails, free_port, kirosample, server
from tools.workload import WORKLOAD

ENTRY = WORKLOAD.content(WORKLOAD.items[0])


@pytest.fixture
def data() -> Iterator[Path]:
    with folder() as path:
        yield path


def test_an_unknown_command_is_exit_2() -> None:
    assert kirosample("dance").returncode == 2
    for id_ in ("x", "0", "-1", "99999999999"):
        assert kirosample(WORKLOAD.table, "remove", id_).returncode == 2


def test_a_failed_statement_is_one_line_and_exit_1(database: str) -> None:
    assert kirosample("migrate", DATABASE_URL=database).returncode == 0
    execute(database, f"ALTER TABLE {WORKLOAD.table} RENAME id TO number")
    line = fails(1, WORKLOAD.table, "remove", "1", DATABASE_URL=database)
    assert re.fullmatch(r"kirosample: column \S*id\S* does not exist", line)
    execute(database, "ALTER TABLE schema_versions RENAME version TO number")
    line = fails(1, "migrate", DATABASE_URL=database)
    assert line == 'kirosample: column "version" does not exist'


def test_today_is_printed() -> None:
    done = kirosample("today")
    assert done.returncode == 0
    assert "令和" in done.stdout
    assert "1位" in done.stdout


def test_run_keeps_what_was_written_where_it_says_through_a_kill_and_a_stop(data: Path) -> None:
    settings = {"KIROSAMPLE_DATA_DIR": str(data)}
    ends = {signal.SIGKILL: -signal.SIGKILL, signal.SIGTERM: 0, signal.SIGINT: 0}
    for number, code in ends.items():
        with server("run", stdout=subprocess.PIPE, **settings) as running:
            running.wait_for("/readyz")
            if number == signal.SIGKILL:
                assert running.client.post(WORKLOAD.writes, json=ENTRY).status_code == 201
            (entry,) = running.client.get(WORKLOAD.list).json()[WORKLOAD.table]
            assert running.end(number) == code
            assert code or f", data in {data}" in running.process.communicate()[0]
    for code in (0, 1):
        assert kirosample(WORKLOAD.table, "remove", str(entry["id"]), **settings).returncode == code


def test_a_killed_local_database_comes_back(data: Path) -> None:
    words = f"postgres -D {data}"
    with server("run", KIROSAMPLE_DATA_DIR=str(data)) as running:
        running.wait_for("/readyz")
        [killed] = running_with(words)
        began = time.monotonic()
        os.kill(killed, signal.SIGKILL)
        # Its connections may outlive it by a moment.
        while (
            running_with(words) in ([], [killed])
            or running.client.post(WORKLOAD.writes, json=ENTRY).status_code == 503
        ):
            assert time.monotonic() - began < 20
            time.sleep(0.2)  # within the rate limit
        assert running.end() == 0
    assert running_with(words) == []


def test_a_second_run_on_the_same_folder_uses_the_database_of_the_first(data: Path) -> None:
    settings = {"KIROSAMPLE_DATA_DIR": str(data)}
    with server("run", **settings) as first, server("run", **settings) as second:
        for one in (first, second):
            one.wait_for("/readyz")
        assert first.client.post(WORKLOAD.writes, json=ENTRY).status_code == 201
        assert first.end() == 0
        (entry,) = second.client.get(WORKLOAD.list).json()[WORKLOAD.table]
        removed = kirosample(WORKLOAD.table, "remove", str(entry["id"]), **settings)
        assert removed.returncode == 0
        assert second.client.get(WORKLOAD.list).json()[WORKLOAD.table] == []
        assert second.end() == 0
    assert running_with(f"postgres -D {data}") == []


def test_the_health_check_fails_until_the_server_was_ready_once(database: str, data: Path) -> None:
    settings = {"PORT": free_port(), "DATABASE_URL": database, "KIROSAMPLE_DATA_DIR": str(data)}
    assert "no response" in fails(1, "healthcheck", **settings)
    with server("serve", **settings) as running:
        running.wait_for("/livez")
        assert "kirosample migrate" in fails(1, "healthcheck", **settings)
        assert kirosample("migrate", **settings).returncode == 0
        assert "nothing" in kirosample("migrate", **settings).stdout
        running.wait_for("/readyz")
        assert kirosample("healthcheck", **settings).returncode == 0
        # Nothing but the port matters to it.
        assert kirosample("healthcheck", PORT=settings["PORT"], DATABASE_URL="x").returncode == 0
        running.end()


def test_sigterm_ends_a_start_whose_database_is_silent(data: Path) -> None:
    database = Switch(data)
    try:
        with (
            database.silent(),
            server("run", DATABASE_URL=database.dsn, **WORKLOAD.settings) as running,
        ):
            running.wait_for("/livez")
            running.process.send_signal(signal.SIGTERM)
            assert running.process.wait(SHUTDOWN_SECONDS) == 0
    finally:
        database.off()
