"""A worker as a process: what it is asked, how it ends, and what it says."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ishizue.testing.postgres import free_port
from ishizue.testing.processes import Command, Server

PROGRAM = """
import asyncio
from pathlib import Path
from ishizue import Database, Migrations, Program, Schema, Settings, Stop, Worker, command_line

NOTES = Schema("notes", Migrations(Path({migrations!r}), ""), write_check="DELETE FROM notes")

def worker(settings: Settings, database: Database | None) -> Worker:
    async def work(stop: Stop) -> None:
        print("began", flush=True)
        {work}

    gauges = {{"Held": lambda: 1}}
    return Worker(run=work, database=database, gauges=gauges, finish_seconds={finish_seconds})

schema = NOTES if {database} else None
command_line(Program("Mailer", "mailer", "1.0.0"), worker=worker, schema=schema)
"""
MIGRATIONS = str(Path(__file__).parents[1] / "storage" / "migrations")
UNTIL_ASKED = 'await stop.wait(); await asyncio.sleep(0.2); print("finished", flush=True)'
FOREVER = 'await stop.wait(); print("asked", flush=True); await asyncio.sleep(1000)'


def mailer(
    folder: Path, work: str, finish_seconds: float = 60, *, database: bool = False
) -> Command:
    """The program of a worker that does this."""
    code = PROGRAM.format(
        work=work, finish_seconds=finish_seconds, database=database, migrations=MIGRATIONS
    )
    (folder / "mailer.py").write_text(code)
    return Command("mailer", folder)


@contextmanager
def working(command: Command, **settings: str) -> Iterator[Server]:
    """A worker that has begun."""
    with command.server("work", stdout=subprocess.PIPE, MAILER_METRICS="on", **settings) as running:
        until(running.process, "began")
        yield running


def until(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdout
    assert process.stderr
    for read in process.stdout:
        if read.strip() == line:
            return
    raise AssertionError(f"there was no line {line}: {process.stderr.read()}")


def rest(process: "subprocess.Popen[str]") -> tuple[int, str, list[dict[str, Any]]]:
    """Its exit code, its own lines, and its log."""
    assert process.stdout
    # `communicate` would lose the lines that came with the one waited for.
    lines = process.stdout.read().splitlines()
    process.wait(60)
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    return process.returncode, " ".join(x for x in lines if not x.startswith("{")), logged


@pytest.mark.parametrize("second", [True, False])
def test_what_does_not_finish_is_cancelled(tmp_path: Path, second: bool) -> None:
    with working(mailer(tmp_path, FOREVER, 1000 if second else 0.1)) as running:
        running.process.send_signal(signal.SIGTERM)
        if second:
            until(running.process, "asked")
            running.process.send_signal(signal.SIGTERM)
        code, _, logged = rest(running.process)
    assert code == 0
    assert [line["message"] for line in logged if line.get("level") == "WARNING"] == [
        "cancelling the work: it has not finished"
    ]


def test_an_exception_is_one_line_and_exit_1(tmp_path: Path) -> None:
    with working(mailer(tmp_path, "raise ValueError('no such\\nletter')")) as running:
        code, printed, logged = rest(running.process)
    assert (code, printed) == (1, "")
    (error,) = (line for line in logged if line.get("level") == "ERROR")
    assert error["message"] == "the worker crashed"
    assert "ValueError: no such\nletter" in error["traceback"]


def test_work_that_ends_by_itself_is_exit_0_and_its_health_is_this_machines_alone(
    tmp_path: Path,
) -> None:
    port = free_port()
    at = (
        "[line.split()[1] for line in Path('/proc/net/tcp').read_text().splitlines()"
        f" if line.split()[1].endswith(':{port:04X}')]"
    )
    until_it_listens = f"while not (found := {at}): await asyncio.sleep(0.01)"
    work = f"{until_it_listens}\n        print(*found, flush=True)"
    with working(mailer(tmp_path, work), PORT=str(port)) as running:
        code, printed, _ = rest(running.process)
    assert (code, printed) == (0, f"0100007F:{port:04X}")


def test_it_has_the_database_of_serve_and_finishes_what_it_holds_after_sigterm(
    database: str, tmp_path: Path
) -> None:
    # Gauges are read once a second.
    command = mailer(tmp_path, UNTIL_ASKED.replace("0.2", "1.5"), database=True)
    with working(command, DATABASE_URL=database) as running:
        assert running.client.get("/readyz").status_code == 503
        assert command("migrate", DATABASE_URL=database).returncode == 0
        running.wait_for("/readyz")
        running.process.send_signal(signal.SIGTERM)
        code, printed, logged = rest(running.process)
    assert (code, printed) == (0, "finished")
    (metrics,) = (line for line in logged if "_aws" in line)
    assert (metrics["Service"], "DatabaseAway" in metrics) == ("mailer", True)
    assert {"Requests", "Errors", "LatencyMs"}.isdisjoint(metrics)
