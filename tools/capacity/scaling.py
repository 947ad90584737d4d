"""Target tracking as Application Auto Scaling documents it; the simulation and the real run use it.

- It scales out when three periods in a row are above the target, and in when fifteen are below 90 %
  of it: the two alarms that AWS makes for ECS.
- The new number is proportional to the metric, rounded up: it adds as much as is needed, and
  removes only what the rest can do without.
- The scale-out cooldown starts when the added tasks run. Until it ends, they count as part of the
  next scale-out, so only a larger one adds tasks.
- The scale-in cooldown blocks further scale-ins; a scale-out ends it.

From the Application Auto Scaling user guide, "How target tracking scaling works", and the API
reference of `TargetTrackingScalingPolicyConfiguration`.
"""

import math
from collections import deque
from dataclasses import dataclass

PERIODS_OUT, PERIODS_IN = 3, 15
"""Periods in a row above the target before scaling out, below it before scaling in."""

_SCALE_IN_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Policy:
    """Shares are of 1; times are in seconds."""

    target: float
    least: int
    most: int
    scale_out_cooldown: float
    scale_in_cooldown: float


class TargetTracking:
    """The number of tasks that a policy wants, metric by metric."""

    def __init__(self, policy: Policy, tasks: int) -> None:
        self.policy = policy
        self.desired = tasks
        self._metrics: deque[float] = deque(maxlen=PERIODS_IN)
        self._base = tasks
        self._out_until: float | None = -math.inf  # None: the added tasks do not run yet
        self._in_until = -math.inf

    def observe(self, now: float, metric: float, running: int) -> int:
        """The number of tasks to have, once another period's average use is known.

        `running` are the tasks in service. Seconds count from any start.
        """
        self._metrics.append(metric)
        if self._out_until is None and running >= self.desired:
            self._out_until = now + self.policy.scale_out_cooldown
        if self._breaches_high():
            self._scale_out(now, metric)
        elif self._breaches_low() and now >= self._in_until:
            self._scale_in(now, metric)
        return self.desired

    def _breaches_high(self) -> bool:
        latest = list(self._metrics)[-PERIODS_OUT:]
        return len(latest) == PERIODS_OUT and min(latest) > self.policy.target

    def _breaches_low(self) -> bool:
        low = _SCALE_IN_SHARE * self.policy.target
        return len(self._metrics) == PERIODS_IN and max(self._metrics) < low

    def _scale_out(self, now: float, metric: float) -> None:
        cooling = self._out_until is None or now < self._out_until
        base = self._base if cooling else self.desired
        wanted = min(self._proportional(base, metric), self.policy.most)
        if wanted > self.desired:
            self._base, self.desired = base, wanted
            self._out_until, self._in_until = None, -math.inf

    def _scale_in(self, now: float, metric: float) -> None:
        wanted = max(self._proportional(self.desired, metric), self.policy.least)
        if wanted < self.desired:
            self.desired = wanted
            self._in_until = now + self.policy.scale_in_cooldown

    def _proportional(self, tasks: int, metric: float) -> int:
        return math.ceil(tasks * metric / self.policy.target)
