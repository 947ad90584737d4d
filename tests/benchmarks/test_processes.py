"""Started programs always end."""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.processes import Failed, cpu_seconds, output, program, pss

CORE = min(os.sched_getaffinity(0))


def test_a_program_is_ended_when_the_measurement_fails() -> None:
    with suppress(Failed), program(["sleep", "60"], CORE) as process:
        assert Path(f"/proc/{process.pid}").exists()
        raise Failed("on purpose")
    assert not Path(f"/proc/{process.pid}").exists()


@pytest.mark.parametrize(
    ("command", "message"),
    [(["sleep", "60"], "does not end"), (["ls", "/nowhere"], "No such file")],
)
def test_a_program_that_fails_or_takes_too_long_is_a_failure(
    command: list[str], message: str
) -> None:
    with pytest.raises(Failed, match=message), program(command, CORE) as process:
        output(process, 0.5)


def test_cpu_time_and_memory_of_a_process_are_measured() -> None:
    with program(["sh", "-c", "while :; do :; done"], CORE) as process:
        while cpu_seconds(process.pid) < 0.05:
            assert process.poll() is None
        assert 0.01 < pss(process.pid) < 50
    assert cpu_seconds(process.pid) == pss(process.pid) == 0
