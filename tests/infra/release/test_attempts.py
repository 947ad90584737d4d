"""How long a step is waited for."""

from infra.release.attempts import every


class _Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def _times(seconds: float, during: float, work: float = 0) -> list[float]:
    """When the attempts begin, each of which takes `work` seconds."""
    clock, times = _Clock(), []
    for _ in every(seconds, during=during, now=lambda: clock.time, sleep=clock.sleep):
        times.append(clock.time)
        clock.sleep(work)
    return times


def test_the_first_attempt_is_at_once_and_the_last_when_the_time_is_over() -> None:
    assert _times(5, during=12) == [0, 5, 10, 12]


def test_attempts_that_take_long_do_not_prolong_it() -> None:
    assert _times(5, during=12, work=20) == [0]


def test_there_is_one_attempt_where_no_time_is_given() -> None:
    assert _times(5, during=0) == [0]
