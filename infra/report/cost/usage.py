"""How much is used where no template says it: the assumptions of the estimate, in one table."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

HOURS = 730
"""Hours in a month, as AWS's own calculator has it."""

_SECONDS = HOURS * 3600
_CONNECTIONS_PER_LCU = 25
"""New connections a second that one load balancer capacity unit carries."""


@dataclass(frozen=True)
class Amount:
    """So much of something a month, and why so much."""

    what: str
    value: Decimal
    unit: str
    why: str


@dataclass(frozen=True)
class Usage:
    """A month's amounts, each summed over the whole design."""

    logs: Amount
    images: Amount
    requests: Amount
    internet_egress: Amount
    nat_data: Amount
    dns_queries: Amount
    secret_calls: Amount
    access_logs: Amount
    aurora_storage: Amount
    aurora_io: Amount

    @property
    def lcus(self) -> Decimal:
        """The load balancer's capacity units on average, each request on a connection of its own.

        Of an LCU's dimensions this is the one that such traffic fills first; AWS bills fractions.
        """
        return self.requests.value / _SECONDS / _CONNECTIONS_PER_LCU

    def __iter__(self) -> Iterator[Amount]:
        return (getattr(self, field.name) for field in fields(self))


def _amount(what: str, value: str, unit: str, why: str) -> Amount:
    return Amount(what, Decimal(value), unit, why)


ASSUMED = Usage(
    logs=_amount("logs written", "5", "GB", "the document's figure"),
    images=_amount("images in the registry", "10", "GB", "the document's figure"),
    requests=_amount(
        "requests", "10000000", "", "5 GB of logs at 500 bytes each; 3.8 a second on average"
    ),
    internet_egress=_amount(
        "answers to the internet", "50", "GB", "5 KB a request, compressed, with the headers"
    ),
    nat_data=_amount(
        "data through the NAT gateway",
        "10",
        "GB",
        "the logs, and an image of 100 MB pulled 50 times by new tasks",
    ),
    dns_queries=_amount(
        "DNS queries", "100000", "", "for other records than the alias, whose queries are free"
    ),
    secret_calls=_amount("reading secrets", "1000", "calls", "each secret once for each new task"),
    access_logs=_amount(
        "access logs kept", "2", "GB", "200 bytes a request, compressed, for a month"
    ),
    aurora_storage=_amount(
        "data in Aurora", "10", "GB", "Aurora bills what is used; RDS has a disk of fixed size"
    ),
    aurora_io=_amount("Aurora's I/O", "5000000", "", "a page for every second request"),
)
"""All of it is one traffic, that of the document's 5 GB of logs."""
