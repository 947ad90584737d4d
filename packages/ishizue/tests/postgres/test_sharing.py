"""Several processes on one data folder: one owns the server, and another does when it has ended."""

import contextlib
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.postgres.test_server import (
    KEEP,
    READ,
    SERVE,
    _quick_supervision,
    data_dir,
    line,
    python,
    query,
    until_answered,
    until_logged,
)

from ishizue.postgres import server as postgres_server
from ishizue.postgres.server import EmbeddedPostgres
from ishizue.testing.postgres import execute

__all__ = ["_quick_supervision", "data_dir"]

SUPERVISED = SERVE.replace("    print(", "    server.supervise()\n    print(")


def test_no_query_fails_when_the_owner_stops_and_the_last_one_stops_the_server(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with contextlib.ExitStack() as stack:
        owner = stack.enter_context(python(SUPERVISED, data_dir))
        pid, dsn = line(owner).split()
        second = stack.enter_context(EmbeddedPostgres.start(data_dir))
        second.supervise()
        assert (str(second.pid), second.dsn) == (pid, dsn)
        execute(dsn, KEEP)
        done = threading.Event()

        def queries() -> int:
            asked = 0
            while not done.is_set():
                assert query(dsn, READ) == 7
                asked += 1
            return asked

        with ThreadPoolExecutor() as pool:
            asking = pool.submit(queries)
            assert owner.stdin
            owner.stdin.write("\n")
            owner.stdin.flush()
            assert owner.wait() == 0
            until_logged(caplog, "supervising it")
            third = EmbeddedPostgres.start(data_dir)
            second.stop()
            third.supervise()
            until_logged(caplog, "supervising it", 2)
            done.set()
            assert asking.result() > 0
        assert str(third.pid) == pid
        third.stop()
    assert not postgres_server._accepts_connections(data_dir / "run")
    assert not (data_dir / "postgresql" / "postmaster.pid").exists()


def test_after_kill_9_of_the_owner_and_its_server_another_one_runs_it(data_dir: Path) -> None:
    with python(SUPERVISED, data_dir) as owner:
        pid, dsn = line(owner).split()
        with EmbeddedPostgres.start(data_dir) as second:
            second.supervise()
            execute(dsn, KEEP)
            owner.kill()
            os.kill(int(pid), signal.SIGKILL)
            assert until_answered(dsn) == 7
            assert str(second.pid) != pid


def test_processes_that_start_at_once_on_an_empty_folder_have_one_server(data_dir: Path) -> None:
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(python(SUPERVISED, data_dir)) for _ in range(3)]
        (started,) = {line(process) for process in processes}
        assert query(started.split()[1], "SELECT 1") == 1
