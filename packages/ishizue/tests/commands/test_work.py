"""A worker as a process: what it is asked, how it ends, and what it says."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ishizue.commands.healthcheck import healthcheck
from ishizue.testing.postgres import free_port

PROGRAM = """
import asyncio
from pathlib import Path
from ishizue import Database, Migrations, Product, Schema, Settings, Stop, Worker, command_line

NOTES = Schema("notes", Migrations(Path({migrations!r}), ""), write_check="DELETE FROM notes")

def worker(settings: Settings, database: Database | None) -> Worker:
    async def work(stop: Stop) -> None:
        print("began", flush=True)
        {work}

    gauges = {{"Held": lambda: 1}}
    return Worker(run=work, database=database, gauges=gauges, finish_seconds={finish_seconds})

schema = NOTES if {database} else None
command_line(Product("Mailer", "mailer", "1.0.0"), worker=worker, schema=schema)
"""
UNTIL_ASKED = 'await stop.wait(); await asyncio.sleep(0.2); print("finished", flush=True)'
FOREVER = 'await stop.wait(); print("asked", flush=True); await asyncio.sleep(1000)'


def program(work: str, finish_seconds: float = 60, *, database: bool = False) -> list[str]:
    migrations = str(Path(__file__).parents[1] / "storage" / "migrations")
    code = PROGRAM.format(
        work=work, finish_seconds=finish_seconds, database=database, migrations=migrations
    )
    return [sys.executable, "-c", code]


@contextmanager
def working(command: list[str], port: int, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    """A worker that has begun."""
    environ = {**os.environ, "PORT": str(port), "MAILER_METRICS": "on", **settings}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            until(process, "began")
            yield process
        finally:
            process.kill()


def until(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdout
    for read in process.stdout:
        if read.strip() == line:
            return
    raise AssertionError(f"there was no line {line}")


def rest(process: "subprocess.Popen[str]") -> tuple[int, str, list[dict[str, Any]]]:
    """Its exit code, its own lines, and its log."""
    output, _ = process.communicate(timeout=60)
    lines = output.splitlines()
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    return process.returncode, " ".join(x for x in lines if not x.startswith("{")), logged


def test_sigterm_lets_it_finish_what_it_holds() -> None:
    port = free_port()
    with working(program(UNTIL_ASKED), port) as process:
        assert healthcheck(port, "mailer") == 0
        process.send_signal(signal.SIGTERM)
        code, printed, logged = rest(process)
    assert (code, printed) == (0, "finished")
    (metrics,) = (line for line in logged if "_aws" in line)
    assert metrics["Service"] == "mailer"
    assert {"Requests", "Errors", "LatencyMs"}.isdisjoint(metrics)


@pytest.mark.parametrize("second", [True, False])
def test_what_does_not_finish_is_cancelled(second: bool) -> None:
    with working(program(FOREVER, 1000 if second else 0.1), free_port()) as process:
        process.send_signal(signal.SIGTERM)
        if second:
            until(process, "asked")
            process.send_signal(signal.SIGTERM)
        code, _, logged = rest(process)
    assert code == 0
    assert [line["message"] for line in logged if line.get("level") == "WARNING"] == [
        "cancelling the work: it has not finished"
    ]


def test_an_exception_is_one_line_and_exit_1() -> None:
    with working(program("raise ValueError('no such\\nletter')"), free_port()) as process:
        code, printed, logged = rest(process)
    assert (code, printed) == (1, "")
    (error,) = (line for line in logged if line.get("level") == "ERROR")
    assert error["message"] == "the worker crashed"
    assert "ValueError: no such\nletter" in error["traceback"]


def test_work_that_ends_by_itself_is_exit_0_and_its_health_is_this_machines_alone() -> None:
    port = free_port()
    at = (
        "[line.split()[1] for line in Path('/proc/net/tcp').read_text().splitlines()"
        f" if line.split()[1].endswith(':{port:04X}')]"
    )
    until_it_listens = f"while not {at}: await asyncio.sleep(0.01)"
    with working(program(f"{until_it_listens}\n        print(*{at}, flush=True)"), port) as process:
        code, printed, _ = rest(process)
    assert (code, printed) == (0, f"0100007F:{port:04X}")


def test_it_has_the_database_of_serve(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    # Gauges are read once a second.
    work = UNTIL_ASKED.replace("0.2", "1.5")
    command, port = program(work, database=True), free_port()
    with working(command, port, DATABASE_URL=database) as process:
        assert healthcheck(port, "mailer") == 1
        assert "not ready yet" in capsys.readouterr().err
        environ = {**os.environ, "DATABASE_URL": database}
        subprocess.run([*command, "migrate"], env=environ, check=True)
        deadline = time.monotonic() + 60
        while healthcheck(port, "mailer"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        code, printed, logged = rest(process)
    assert (code, printed) == (0, "finished")
    (metrics,) = (line for line in logged if "_aws" in line)
    assert "DatabaseAway" in metrics
