"""Load balancer capacity units (LCUs), as AWS documents their four dimensions.

An LCU has 25 new connections a second, 3,000 active ones a minute, 1 GB an hour and 1,000 rule
evaluations a second, of which the first ten rules of a request are free. An hour costs its largest
dimension.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.capacity.measured import Measured
from tools.capacity.readers import COLD, FILE, FILE_BYTES, LIKE, LIST, MINUTES, PAGE, Demand

NEW, ACTIVE, GIGABYTES = 25, 3_000, 1
DIMENSIONS = ("new connections", "active connections", "bytes")
"""Rule evaluations are free here: the listener has two rules."""

OPEN_SECONDS = 60
"""A reader's connection: half a minute of reading, and the idle timeout."""

HEAD_BYTES = 700
"""Of a response; its security headers are long."""

LIST_BYTES, LIKE_BYTES = 4_000, 1_000

RESERVABLE = 100
"""LCUs of AWS's own example of a reservation, as the line below which growth is not looked at."""


def response_bytes(measured: Measured) -> Sequence[float]:
    """Bytes of a response, by kind."""
    page = measured.page_bytes + HEAD_BYTES
    sizes = {PAGE: page, FILE: FILE_BYTES, COLD: page, LIST: LIST_BYTES, LIKE: LIKE_BYTES}
    return [sizes[kind] for kind in range(len(sizes))]


@dataclass(frozen=True)
class Balancer:
    """What the load balancer does for a demand."""

    demand: Demand
    measured: Measured

    def units(self, second: float) -> Sequence[float]:
        """LCUs by dimension, at the rate of a second."""
        new = self.demand.connections(second)
        rates = self.demand.rates(second)
        size = sum(
            rate * amount for rate, amount in zip(rates, response_bytes(self.measured), strict=True)
        )
        return (
            new / NEW,
            new * OPEN_SECONDS / ACTIVE,
            size * 3600 / 1e9 / GIGABYTES,
        )

    def hours(self) -> float:
        """LCU hours of a day."""
        total = 0.0
        for hour in range(24):
            minutes = [self.units(3600 * hour + 60 * minute) for minute in range(60)]
            total += max(sum(dimension) / 60 for dimension in zip(*minutes, strict=True))
        return total

    def peak(self) -> tuple[float, str]:
        """The most LCUs of a minute, and their dimension."""
        units = [self.units(60 * minute) for minute in range(MINUTES)]
        return max((max(each), DIMENSIONS[each.index(max(each))]) for each in map(list, units))

    def outgrows(self, begin: float, end: float) -> float | None:
        """The first second of more than twice the LCUs of five minutes before.

        For that AWS advises to reserve LCUs: the load balancer may grow more slowly.
        """
        for second in range(int(begin) + 300, int(end), 5):
            now = max(self.units(second))
            if now > RESERVABLE and now > 2 * max(self.units(second - 300)):
                return second
        return None
