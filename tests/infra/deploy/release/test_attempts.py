"""Polling with a timeout."""

import pytest

from infra.deploy.release import every


@pytest.mark.parametrize(
    ("during", "work", "expected"),
    [(12, 0, [0, 5, 10, 12]), (12, 20, [0]), (0, 0, [0])],
    ids=["first at once and last at the timeout", "slow attempts do not extend it", "zero is one"],
)
def test_attempts_are_spaced_until_the_timeout(
    during: float, work: float, expected: list[float]
) -> None:
    clock, starts = [0.0], []

    def pass_(seconds: float) -> None:
        clock[0] += seconds

    for _ in every(5, during=during, now=lambda: clock[0], sleep=pass_):
        starts.append(clock[0])
        pass_(work)
    assert starts == expected
