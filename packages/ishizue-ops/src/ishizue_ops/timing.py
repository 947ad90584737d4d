"""Time-outs and health checks of the load balancer and the tasks, which depend on each other.

Tests of the templates check them against each other and the application's `limits.py`.
"""

IDLE_SECONDS = 30
"""The load balancer closes idle connections before the server, whose keep-alive is longer."""

BALANCER_CHECK_SECONDS = 10
BALANCER_CHECK_TIMEOUT_SECONDS = 5
BALANCER_CHECK_COUNT = 2
"""The load balancer's check needs two results in a row for either verdict.

With AWS's default, three every 30 s, half of all requests fail for 90 s after a zone is lost.
"""

DEREGISTRATION_SECONDS = 10
"""A deregistered task has so long to finish its requests before SIGTERM."""

DRAIN_SECONDS = 5
"""A task keeps serving so long after SIGTERM."""

STOP_SECONDS = 30
"""ECS kills a task this long after SIGTERM."""

CONTAINER_CHECK_SECONDS = 10
CONTAINER_CHECK_TIMEOUT_SECONDS = 5
CONTAINER_CHECK_RETRIES = 3
"""The times of the container's own check."""

START_SECONDS = 60
"""Failed checks of a new container do not count for so long."""

GATE_SECONDS = 120
"""The gate waits so long until the application is healthy: Fargate's maximum."""

GATE_STOP_SECONDS = 2
"""ECS kills the gate this long after SIGTERM, before it stops the application.

Fargate's minimum.
"""

GATE_CHECK_SECONDS = 5
GATE_CHECK_TIMEOUT_SECONDS = 2
"""The times of the gate's own check: ECS's minimum."""

WORKER_STOP_SECONDS = 120
"""ECS kills a worker or a job this long after SIGTERM: Fargate's maximum."""

GRACE_SECONDS = 60
"""ECS ignores failed checks of the load balancer so long for a new task."""
