"""What a request costs the event loop, and what keeps that from other requests."""

from functools import partial
from typing import Literal, NamedTuple

Kind = Literal["cheap", "cached", "in turn", "read"]
"""How others are kept from waiting for a request.

- cheap: it takes no turn, because it is done in a millisecond or two.
- cached: it waits its client's turn to be rendered, and is then in the page cache.
- in turn: it waits its client's turn each time.
- read: it reads the database, with everybody who waits for the same, or in its client's turn.
"""


class Cost(NamedTuple):
    """The kind of a route's work, and the CPU time of its costliest request, by its order.

    The time is in milliseconds of a core that adds ten thousand squares in Python in 0.5 ms;
    `tests/web/test_costs.py` allows twice as much.
    """

    kind: Kind
    milliseconds: float


CHEAP = Cost("cheap", 1)
cached, in_turn, read = (partial(Cost, kind) for kind in ("cached", "in turn", "read"))
