"""Mean waiting times from queueing theory, before service and without it."""

from collections.abc import Iterable


def pollaczek_khinchine(flows: Iterable[tuple[float, float, float]]) -> float:
    """The wait in an M/G/1 queue, for flows of (rate, mean service time, squared variation).

    0 for a saturated queue, which has no mean: there the simulation's own queue counts.
    """
    load = moment = 0.0
    for rate, mean, variation in flows:
        load += rate * mean
        moment += rate * mean * mean * (1 + variation)
    return moment / (2 * (1 - load)) if load < 1 else 0.0


def mm1(rate: float, mean: float) -> float:
    """The wait in an M/M/1 queue: exponential service times."""
    load = rate * mean
    return load * mean / (1 - load)


def md1(rate: float, mean: float) -> float:
    """The wait in an M/D/1 queue: constant service times."""
    return mm1(rate, mean) / 2
