"""What clients have sent and is in memory: heads that are not whole, and bodies."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Arrival:
    """A head or a body that a client sends."""

    connection: Any
    site: Hashable
    size: int = 0
    is_whole: bool = False
    """All of it is there: the client could do nothing to lose it."""

    began: float = field(default_factory=time.perf_counter)

    def speed(self) -> float:
        """Bytes a second."""
        return self.size / (time.perf_counter() - self.began)

    def smallness(self) -> float:
        return -self.size


class Arrivals:
    """Counts bytes as they arrive: at most `most`, and at most `share` of one site.

    A site over its share loses the arrival with the lowest `rank`, and so does the site with most
    bytes when all is full. What is whole is not lost.
    """

    def __init__(self, most: int, share: int, rank: Callable[[Arrival], float]) -> None:
        self._most = most
        self._share = share
        self._rank = rank
        self._sizes = Counter[Hashable]()
        self._of_site: defaultdict[Hashable, dict[Arrival, None]] = defaultdict(dict)
        self.size = 0

    def count(self, arrival: Arrival, size: int) -> list[Arrival]:
        """Set the size of an arrival. Returns those that are lost, which may be this one."""
        lost = []
        self._add(arrival, size - arrival.size)
        while arrival.size and (self.size > self._most or self._sizes[arrival.site] > self._share):
            lost.append(self._worst(arrival))
            self.remove(lost[-1])
        return lost

    def remove(self, arrival: Arrival) -> None:
        """It is no longer in memory, if it was."""
        self._add(arrival, -arrival.size)
        if arrival in self._of_site[arrival.site]:
            del self._of_site[arrival.site][arrival]
        if not self._of_site[arrival.site]:
            del self._of_site[arrival.site], self._sizes[arrival.site]

    def _add(self, arrival: Arrival, size: int) -> None:
        arrival.size += size
        self.size += size
        self._sizes[arrival.site] += size
        self._of_site[arrival.site][arrival] = None

    def _worst(self, arrival: Arrival) -> Arrival:
        site = arrival.site
        if self._sizes[site] <= self._share:
            site = max(self._sizes, key=self._sizes.__getitem__)
        arriving = (each for each in self._of_site[site] if not each.is_whole)
        return min(arriving, key=self._rank, default=arrival)
