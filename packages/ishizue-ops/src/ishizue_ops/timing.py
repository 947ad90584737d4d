"""Time-outs and health checks of the load balancer and the tasks, which depend on each other.

Tests of the templates check them against each other and the application's `limits.py`.
"""

IDLE_SECONDS = 30
"""The load balancer must close idle connections before the server, whose keep-alive is longer."""

BALANCER_CHECK_SECONDS, BALANCER_CHECK_TIMEOUT_SECONDS, BALANCER_CHECK_COUNT = 10, 5, 2
"""The load balancer's check: two in a row for either verdict.

With AWS's default, three every 30 s, half of all requests fail for 90 s after a zone is lost.
"""

DEREGISTRATION_SECONDS = 10
"""How long a deregistered task may finish its requests before SIGTERM."""

DRAIN_SECONDS = 5
"""How long a task keeps serving after SIGTERM."""

STOP_SECONDS = 30
"""ECS kills a task this long after SIGTERM."""

CONTAINER_CHECK_SECONDS, CONTAINER_CHECK_TIMEOUT_SECONDS, CONTAINER_CHECK_RETRIES = 10, 5, 3
"""The container's own check."""

START_SECONDS = 60
"""How long failed checks of a new container do not count."""

GATE_SECONDS = 120
"""How long the gate waits until the application is healthy; Fargate's maximum."""

GATE_STOP_SECONDS = 2
"""ECS kills the gate this long after SIGTERM, before it stops the application.

Fargate's minimum.
"""

GATE_CHECK_SECONDS, GATE_CHECK_TIMEOUT_SECONDS = 5, 2
"""The gate's own check; ECS's minimum."""

GRACE_SECONDS = 60
"""How long ECS ignores failed checks of the load balancer for a new task."""
