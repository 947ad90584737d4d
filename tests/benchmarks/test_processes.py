"""What was started is ended, whatever happens."""

import os
from pathlib import Path

import pytest
from benchmarks.processes import Client, Failed, serving


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_server_is_ended_when_the_measurement_fails(tmp_path: Path) -> None:
    pids = []

    def measure() -> None:
        with serving(["sleep", "60"], min(os.sched_getaffinity(0)), tmp_path / "log") as pid:
            pids.append(pid)
            assert is_there(pid)
            raise Failed("on purpose")

    with pytest.raises(Failed, match="on purpose"):
        measure()
    assert not is_there(pids[0])


def test_a_server_that_ended_by_itself_is_a_failure(tmp_path: Path) -> None:
    with (
        pytest.raises(Failed, match="ended by itself"),
        serving(["true"], min(os.sched_getaffinity(0)), tmp_path / "log") as pid,
    ):
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_a_client_that_does_not_end_in_time_is_a_failure_and_is_ended() -> None:
    with (
        pytest.raises(Failed, match="does not end"),
        Client(["sleep", "60"], min(os.sched_getaffinity(0))) as client,
    ):
        client.finish(0.1)


def test_a_clients_cpu_time_is_told() -> None:
    busy = "i = 0\nwhile i < 3_000_000: i += 1"
    with Client(["python3", "-c", busy], min(os.sched_getaffinity(0))) as client:
        ended = client.finish(30)
    assert 0.01 < ended.cpu_seconds < ended.seconds + 0.05
