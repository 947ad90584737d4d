"""Target tracking as AWS documents it.

- It scales out when three data points in a row are above the target, and in when fifteen are below
  90 % of it: the two alarms that Application Auto Scaling creates for ECS.
- The new number is proportional to the data point and rounded up: it adds all that is needed, and
  removes only what the rest can do without.
- The scale-out cooldown starts when the scale-out has completed: the added tasks run. Until it ends
  they count as part of the next scale-out, so only a larger one adds tasks.
- The scale-in cooldown blocks further scale-ins; a scale-out ends it.

From the user guide, "How target tracking scaling for Application Auto Scaling works", and the API
reference of `TargetTrackingScalingPolicyConfiguration`. Not documented, so assumed: the data point
that counts is the latest, and scaling in is proportional too ("more gradually").
"""

import math
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A target tracking policy on the tasks' average CPU use; all times are seconds."""

    target: float = 0.7
    period: int = 60
    """A data point is the average of this time."""
    delay: int = 60
    """How old a data point is when its alarm sees it."""
    points_out: int = 3
    points_in: int = 15
    in_below: float = 0.9
    """Scale in only below this part of the target."""
    cooldown_out: int = 60
    cooldown_in: int = 300


class TargetTracking:
    """Decides from one data point at a time."""

    def __init__(self, policy: Policy, min_tasks: int, max_tasks: int) -> None:
        self._policy = policy
        self._min = min_tasks
        self._max = max_tasks
        self._points: deque[float] = deque(maxlen=max(policy.points_out, policy.points_in))
        self._base = min_tasks  # tasks before the latest scale-out
        self._completed = True  # that scale-out
        self._out_from = self._in_from = -math.inf

    def decide(self, now: int, utilization: float, desired: int, running: int) -> int:
        """The new number of desired tasks, when the alarms see this data point.

        `now` is when they see it, `delay` after the end of its period.
        """
        policy = self._policy
        self._points.append(utilization)
        points = list(self._points)
        if not self._completed and running >= desired:
            self._completed, self._out_from = True, now + policy.cooldown_out
        if len(points) >= policy.points_out and min(points[-policy.points_out :]) > policy.target:
            ready = self._completed and now >= self._out_from
            base = desired if ready else self._base
            wanted = min(self._proportional(base, utilization), self._max)
            if wanted > desired:
                self._base, self._completed, self._in_from = base, False, -math.inf
                return wanted
        elif (
            len(points) >= policy.points_in
            and max(points[-policy.points_in :]) < policy.target * policy.in_below
            and now >= self._in_from
        ):
            wanted = max(self._proportional(desired, utilization), self._min)
            if wanted < desired:
                self._in_from = now + policy.cooldown_in
                return wanted
        return desired

    def _proportional(self, tasks: int, utilization: float) -> int:
        return math.ceil(round(tasks * utilization / self._policy.target, 9))
