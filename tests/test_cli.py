"""The commands as processes: output, exit codes and signals."""

import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ishizue.testing.postgres import execute, folder
from kirosample import quotes
from tests.processes import fails, kirosample, server
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
    execute(database, "ALTER TABLE favorite_likes RENAME favorite_id TO number")
    line = fails(1, WORKLOAD.table, "remove", "1", DATABASE_URL=database)
    assert re.fullmatch(r"kirosample: column \S*id\S* does not exist", line)
    execute(database, "ALTER TABLE schema_versions RENAME version TO number")
    line = fails(1, "migrate", DATABASE_URL=database)
    assert line == 'kirosample: column "version" does not exist'


def test_a_preview_shows_a_day_to_come_with_a_database_of_its_own(data: Path) -> None:
    day = date(2027, 1, 1)
    settings = {"KIROSAMPLE_DATA_DIR": str(data), "DATABASE_URL": "postgresql://127.0.0.1:1/x"}
    with server("preview", f"{day}", **settings) as running:
        running.wait_for("/readyz")
        home = running.client.get("/").text
        assert 'role="note">プレビュー：2027年1月1日（金）</p>' in home
        assert f'data-today="{day}"' in home
        assert quotes.load().of_day(day).author.name.ja in home
        assert running.end() == 0
    assert {file.name for file in data.iterdir()} == {"cookie-key", "preview"}


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
