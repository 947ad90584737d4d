"""Why favorites cannot be served, as the log has it."""

import logging
import time

log = logging.getLogger(__name__)

_MOST_REASONS = 10
"""Reasons that are logged of one outage: some errors name what differs each time."""


class Trouble:
    """An outage, or none: logged when it begins, with each new reason, and when it ends."""

    def __init__(self) -> None:
        self.refused = 0
        """Requests that were answered 503 since it began."""
        self._logged: set[str] = set()
        self._began = self._last = float("-inf")

    @property
    def seconds_since_last(self) -> float:
        """Since something failed; infinite where nothing has."""
        return time.monotonic() - self._last

    def report(self, reason: str, error: Exception | None = None) -> None:
        """Something failed. With `error`, a defect, the traceback is logged as well."""
        self._last = time.monotonic()
        if not self._logged:
            self._began = self._last
        if reason not in self._logged and len(self._logged) < _MOST_REASONS:
            self._logged.add(reason)
            level = logging.ERROR if error else logging.WARNING
            log.log(level, "favorites cannot be served: %s", reason, exc_info=error)

    def end(self) -> None:
        """Favorites can be served."""
        if self._logged:
            seconds = time.monotonic() - self._began
            log.info(
                "favorites are served again after %.0f s; 503s meanwhile: %d", seconds, self.refused
            )
        self.refused = 0
        self._logged.clear()
