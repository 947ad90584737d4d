"""The estimate's assumptions: the usage a month that no template states.

All amounts are for one level of traffic, that of 5 GB of logs.
"""

from decimal import Decimal

from ishizue_ops.resource_types import Amount

HOURS = 730
"""Hours in a month, as in AWS's calculator."""

MILLION = 10**6

_CONNECTIONS_PER_LCU = 25
"""New connections a second in one load balancer capacity unit."""


LOGS = Amount("logs written", Decimal(5), "GB", "500 bytes a request")
FIREWALL_LOGS = Amount(
    "firewall logs written",
    Decimal("0.2"),
    "GB",
    "with `WAF=on`: one request in a hundred blocked, 2 KB each",
)
IMAGES = Amount("images in the registry", Decimal(10), "GB", "with room for earlier releases")
REQUESTS = Amount("requests", Decimal(10000000), "", "3.8 a second on average")
EGRESS = Amount(
    "responses to the internet", Decimal(50), "GB", "5 KB a request, compressed, with headers"
)
NAT_DATA = Amount(
    "data through the NAT gateway",
    Decimal(6),
    "GB",
    "the logs, ECR's manifests and secrets; image layers come from S3",
)
DNS_QUERIES = Amount(
    "DNS queries", Decimal(100000), "", "for records other than the alias, whose queries are free"
)
SECRET_READS = Amount("secret reads", Decimal(1000), "calls", "each secret once for each new task")
ACCESS_LOGS = Amount(
    "access logs kept",
    Decimal(2),
    "GB",
    "200 bytes a request, compressed, for a month; of CloudFront too",
)
DATABASE_LOG = Amount(
    "the database's log",
    Decimal("0.1"),
    "GB",
    "checkpoints, slow statements, lock waits and errors",
)
COPIES_KEPT = Amount(
    "copies of backups kept", Decimal(20), "GB", "the data once, and a week's changes"
)
COPIES_SENT = Amount(
    "copies sent",
    Decimal(10),
    "GB",
    "each day's changes and a few images; RDS's log comes on top",
)
AURORA_STORAGE = Amount(
    "data in Aurora", Decimal(10), "GB", "Aurora bills what is stored; RDS has a disk of fixed size"
)
AURORA_IO = Amount("Aurora's I/O", Decimal(5000000), "", "a page for every second request")
LCUS = Amount(
    "load balancer capacity",
    REQUESTS.value / (HOURS * 3600) / _CONNECTIONS_PER_LCU,
    "LCUs",
    "each request on a new connection; an LCU carries 25 new ones a second",
)
"""Of an LCU's dimensions, new connections is the largest here. AWS bills fractions."""

ASSUMED = [value for value in list(globals().values()) if isinstance(value, Amount)]
"""All of them, in the order of the page."""

JOBS = Amount(
    "tasks of a schedule", Decimal(5), "hours", "each schedule: ten minutes a night, all in all"
)
"""On the page only if there are schedules."""
