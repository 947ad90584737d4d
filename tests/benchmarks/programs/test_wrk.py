"""wrk's output, and when a run does not count."""

import pytest

from benchmarks.programs.processes import Failed
from benchmarks.programs.wrk import Counted

OUTPUT = "Running 2s test\n…\n\nmeasured {responses} 2000000 {bytes} 1500 {errors}\n"


def counted(responses: int = 1000, size: int = 100_000, errors: str = "0 0 0 0 0") -> Counted:
    return Counted.read(OUTPUT.format(responses=responses, bytes=size, errors=errors))


def test_the_counts_are_parsed() -> None:
    found = counted()
    assert (found.responses, found.seconds, found.bytes, found.p99_ms) == (1000, 2.0, 100_000, 1.5)
    assert not found.faults()


def test_error_statuses_and_socket_errors_are_faults() -> None:
    assert counted(errors="5 0 2 0 1").faults() == ("5 × error status", "2 × read", "1 × time-out")


def test_without_counts_the_measurement_fails() -> None:
    with pytest.raises(Failed, match="unable to connect"):
        Counted.read("unable to connect to 127.0.0.1:1")


def test_responses_cut_off_at_the_end_are_no_fault_but_short_ones_are() -> None:
    assert not counted(size=100_000 + 64 * 100).wrong_length(100)
    assert counted(size=100_000 - 65 * 100).wrong_length(100) == ("94 bytes a response, not 100",)
