"""The commands as processes: output, exit codes and signals."""

import os
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
NUMBERS = (
    "SELECT 'nothing yet'",
    "INSERT INTO page_counts SELECT current_date - n, page, n + 1"
    " FROM generate_series(0, 9, 3) AS n, unnest(ARRAY['/', '/horoscope/leo']) AS page",
    "INSERT INTO favorites VALUES (1, 'quote', 'a', '<script>春', '漱石', '-infinity', 2)",
    "INSERT INTO favorite_likes SELECT 1, gen_random_uuid(), now() - n * interval '50 days'"
    " FROM generate_series(0, 1) AS n",
)


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


def test_each_day_to_come_has_its_quote_and_what_else_it_is() -> None:
    entries = kirosample("schedule", "--days", "400").stdout.splitlines()
    days = [entry.split() for entry in entries if entry.startswith("20")]
    assert len(days) == 400
    new_year = next(n for n, entry in enumerate(entries) if "-01-01 " in entry)
    assert all(entry.endswith(": 元日") for entry in entries[new_year + 1 : new_year + 3])
    first = next(day for day in days if day[2] == days[-1][2])
    assert kirosample("schedule", first[2]).stdout.split()[:2] == first[:2]
    assert "nobody-01 has no day to come" in fails(1, "schedule", "nobody-01")


def test_a_schedule_ends_without_a_word_when_its_reader_has_left() -> None:
    end, pipe = os.pipe()
    os.close(end)
    with server("schedule", stdout=pipe) as listing:
        os.close(pipe)
        assert listing.process.wait(60) == -signal.SIGPIPE


def test_the_numbers_are_a_page_that_loads_nothing(database: str, tmp_path: Path) -> None:
    file = tmp_path / "numbers.html"
    at = {"DATABASE_URL": database}
    assert kirosample("migrate", **at).returncode == 0
    for statement in NUMBERS:
        execute(database, statement)
        assert kirosample("numbers", "--html", str(file), **at).stdout == f"{file}\n"
    page = file.read_text()
    assert not re.search(r"<script|http|url\(|src=|href=", page)
    assert re.search(r"2 in all.*しし座 Leo.*&lt;script&gt;春", page, re.DOTALL)
    assert page.count("<title>") >= 10 + 51
    assert "いいね likes" in kirosample("numbers", **at).stdout


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
