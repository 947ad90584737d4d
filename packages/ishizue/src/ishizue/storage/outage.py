"""One log line when an outage begins, one for each new reason, and one when it ends."""

import logging
import time

log = logging.getLogger(__name__)

_MAX_REASONS = 10
"""Reasons logged in one outage: some errors differ each time."""


class Outage:
    """The current outage, if any, of what `service` names in the log."""

    def __init__(self, service: str) -> None:
        self.refused = 0
        """Requests answered with 503 since it began."""
        self._service = service
        self._logged: set[str] = set()
        self._began = self._last = float("-inf")

    @property
    def ongoing(self) -> bool:
        """Whether it has begun and not ended."""
        return bool(self._logged)

    @property
    def seconds_since_last(self) -> float:
        """Seconds since the last failure; infinite if there was none."""
        return time.monotonic() - self._last

    def report(self, reason: str, error: Exception | None = None) -> None:
        """Record a failure. Pass `error` for a defect, whose traceback is logged."""
        self._last = time.monotonic()
        if not self._logged:
            self._began = self._last
        if reason not in self._logged and len(self._logged) < _MAX_REASONS:
            self._logged.add(reason)
            level = logging.ERROR if error else logging.WARNING
            log.log(level, "cannot serve %s: %s", self._service, reason, exc_info=error)

    def end(self) -> None:
        """End the outage: the service works."""
        if self._logged:
            log.info(
                "serving %s again after %.0f s; requests answered with 503: %d",
                self._service,
                time.monotonic() - self._began,
                self.refused,
            )
        self.refused = 0
        self._logged.clear()
