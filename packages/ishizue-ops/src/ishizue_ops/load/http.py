"""The client of drills, which is that of `ishizue.testing`; a service's workload makes requests."""

from ishizue.testing.client import Aborted, Connection, Refused, Response, fetch, request

__all__ = ["Aborted", "Connection", "Refused", "Response", "fetch", "request"]
