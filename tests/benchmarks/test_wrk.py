"""What wrk says, and when it is not believed."""

import pytest
from benchmarks.processes import Failed
from benchmarks.wrk import Counted

SAID = "Running 2s test\n…\n\nmeasured {answers} 2000000 {bytes} 1500 {errors}\n"


def counted(answers: int = 1000, size: int = 100_000, errors: str = "0 0 0 0 0") -> Counted:
    return Counted.read(SAID.format(answers=answers, bytes=size, errors=errors))


def test_its_line_is_read() -> None:
    found = counted()
    assert (found.answers, found.seconds, found.bytes, found.p99_ms) == (1000, 2.0, 100_000, 1.5)
    assert not found.faults()


def test_a_bad_status_and_each_error_of_a_socket_is_a_fault() -> None:
    assert counted(errors="5 0 2 0 1").faults() == ("5 × error status", "2 × read", "1 × time-out")


def test_without_its_line_the_measurement_fails() -> None:
    with pytest.raises(Failed, match="unable to connect"):
        Counted.read("unable to connect to 127.0.0.1:1")


def test_answers_cut_off_at_the_end_are_no_fault_but_shorter_ones_are() -> None:
    assert not counted(size=100_000 + 64 * 100).wrong_length(100)
    assert counted(size=100_000 - 65 * 100).wrong_length(100) == ("94 bytes an answer, not 100",)
