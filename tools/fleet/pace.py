"""The times of a drill: the design's, and AWS's own by its documentation."""

from dataclasses import dataclass

from infra import timing


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, and the requests before and after each fault."""

    balancer_check: float = timing.BALANCER_CHECK_SECONDS
    balancer_check_timeout: float = timing.BALANCER_CHECK_TIMEOUT_SECONDS
    container_check: float = timing.CONTAINER_CHECK_SECONDS
    container_retries: int = timing.CONTAINER_CHECK_RETRIES
    start_period: float = timing.START_SECONDS
    start_timeout: float = timing.GATE_SECONDS
    bad_start_timeout: float = timing.GATE_SECONDS
    """The same for tasks that are never ready, as the drill knows."""
    grace_period: float = timing.GRACE_SECONDS
    deregistration: float = timing.DEREGISTRATION_SECONDS
    drain: int = timing.DRAIN_SECONDS

    dns: float = 60
    """How long clients still get a lost balancer node's address: the TTL of the balancer's name
    (ELB's user guide, "How Elastic Load Balancing works"). How fast ELB notices is not documented.
    """
    pull: float = 10
    """Between attempts to reach the registry; AWS documents that a task's start retries, not when.
    """
    rds_failover: float = 120
    """The longer end of "typically 60-120 seconds" (RDS user guide, "Failing over a Multi-AZ DB
    instance")."""
    aurora_failover: float = 60
    """The longer end of "less than 60 seconds, and often less than 30" (Aurora user guide, "High
    availability for Amazon Aurora")."""
    alone: float = 10
    """Until RDS goes on without a lost standby. It does; its seconds are not documented."""

    minute: float = 60
    """A period of CloudWatch's metrics."""
    metrics_arrive: float = 60
    """How long after its end CloudWatch has a minute of the load balancer's metrics."""
    requests: int = 400


REAL = Pace()
QUICK = Pace(
    balancer_check=0.5,
    balancer_check_timeout=1,
    container_check=0.5,
    start_period=1,
    bad_start_timeout=8,
    grace_period=5,
    deregistration=0.5,
    drain=1,
    dns=3,
    pull=1,
    rds_failover=4,
    aurora_failover=2,
    alone=1,
    minute=2,
    metrics_arrive=0.5,
    requests=100,
)
