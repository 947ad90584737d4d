"""What drills and restore drill know of a service: what to read and write, and an audit."""

import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from ishizue.testing.client import Response, request
from ishizue_ops import project

Pair = tuple[str, UUID]
"""An item and the user who wrote it: at most one row each."""


class Workload(ABC):
    """A service's workload, in its `tools/workload.py` as WORKLOAD.

    A write is idempotent for its item and user: 201 when it is new, 200 when it exists; an undo
    204 or 404.
    """

    settings: Mapping[str, str] = {}
    """The servers' settings: each client sends an `X-Forwarded-For` of its own."""

    table: str
    """The table that each write locks; its key `id` comes from a sequence."""

    rows: str
    """The table with one row for each item and user who wrote it."""

    items: Sequence[str]
    """At least 250 items that users write."""

    pages: Sequence[str]
    """Pages that need no database, and are cached."""

    more_pages: Sequence[str]
    """Pages that need no database; most are rendered once each."""

    page: str
    long_page: str
    search: str

    largest: str
    """The target whose response has the most bytes."""

    list_page: str
    """A page that needs the database."""

    list: str
    """A list of the API that needs the database."""

    writes: str
    """The path where items are posted, and below which they are deleted by their ids."""

    @abstractmethod
    def write(self, item: str, user: UUID, headers: Mapping[str, str]) -> bytes:
        """The request that writes an item for a user."""

    def undo(self, written: int, user: UUID, headers: Mapping[str, str]) -> bytes:
        """The request that undoes a write, by the id that its response had."""
        return request("DELETE", f"{self.writes}/{written}", {**headers, **self.signed(user)})

    def signed(self, _user: UUID) -> Mapping[str, str]:
        """The header fields by which the service knows the user; here none."""
        return {}

    def written_id(self, response: Response) -> int:
        return int(json.loads(response.body)["id"])

    @abstractmethod
    def uncached_page(self) -> str:
        """A page that the page cache rarely has."""

    @abstractmethod
    def unique_read(self) -> str:
        """A page, list or unknown path with a query that no other request has."""

    @abstractmethod
    def read_back(self, dsn: str) -> tuple[Counter[Pair], int]:
        """The pairs that the database has, and how many rows disagree with others."""


def workload() -> Workload:
    """The service's workload. Raises ConfigError."""
    own: Workload = project.declared("tools.workload", "WORKLOAD")
    return own
