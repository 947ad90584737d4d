"""Started programs always end."""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.programs.processes import Client, Failed, serving

CORE = min(os.sched_getaffinity(0))


def test_a_server_is_ended_when_the_measurement_fails(tmp_path: Path) -> None:
    with suppress(Failed), serving(["sleep", "60"], CORE, tmp_path / "log") as pid:
        assert Path(f"/proc/{pid}").exists()
        raise Failed("on purpose")
    assert not Path(f"/proc/{pid}").exists()


def test_a_server_that_exits_early_is_a_failure(tmp_path: Path) -> None:
    with (
        pytest.raises(Failed, match="exited early"),
        serving(["true"], CORE, tmp_path / "log") as pid,
    ):
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_a_client_that_takes_too_long_is_a_failure_and_is_ended() -> None:
    with pytest.raises(Failed, match="does not end"), Client(["sleep", "60"], CORE) as client:
        client.finish(0.1)


def test_a_clients_cpu_time_is_measured() -> None:
    busy = "i = 0\nwhile i < 3_000_000: i += 1"
    with Client(["python3", "-c", busy], CORE) as client:
        ended = client.finish(30)
    assert 0.01 < ended.cpu_seconds < ended.seconds + 0.05
