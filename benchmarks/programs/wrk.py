"""The load generator: wrk, one thread, 64 connections."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from benchmarks.programs.processes import CLIENT_CORE, SERVER_CORE, Client, CoreWatch, Failed
from benchmarks.runs import Run

CONNECTIONS = 64

_SCRIPT = Path(__file__).with_name("load.lua")
_PATIENCE = 15.0  # seconds beyond the run's own


@dataclass(frozen=True, slots=True)
class Counted:
    responses: int
    seconds: float
    bytes: int
    p99_ms: float
    errors: Mapping[str, int]

    @classmethod
    def read(cls, output: str) -> Self:
        """Parse the line that `load.lua` prints. Raises Failed without it."""
        match = re.search(r"^measured (.*)", output, re.MULTILINE)
        if not match:
            raise Failed(f"wrk printed no counts: {output}")
        responses, microseconds, size, p99, *errors = map(int, match[1].split())
        names = ("error status", "connect", "read", "write", "time-out")
        found = dict(zip(names, errors, strict=True))
        return cls(responses, microseconds / 1e6, size, p99 / 1000, found)

    def faults(self) -> tuple[str, ...]:
        """Responses with a status of 400 or more, and socket errors."""
        return tuple(f"{count} × {name}" for name, count in self.errors.items() if count)

    def wrong_length(self, response: int) -> tuple[str, ...]:
        """A fault unless each response has this many bytes, apart from those cut off at the end."""
        if abs(self.bytes - self.responses * response) <= CONNECTIONS * response:
            return ()
        return (f"{self.bytes / max(self.responses, 1):.0f} bytes a response, not {response}",)


class Wrk(Client):
    def __init__(
        self,
        url: str,
        seconds: int,
        *,
        core: int = CLIENT_CORE,
        headers: Mapping[str, str] | None = None,
        script: Sequence[str] = (),
    ) -> None:
        self._seconds = seconds
        given = [part for item in (headers or {}).items() for part in ("-H", ": ".join(item))]
        self._server = CoreWatch(SERVER_CORE)
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(_SCRIPT)]
        super().__init__([*command, *given, url, "--", *script], core)

    def counted(self) -> tuple[Run, Counted]:
        """Wait for its end; the run with the errors that wrk counted."""
        ended = self.finish(self._seconds + _PATIENCE)
        counted = Counted.read(ended.output)
        share = ended.cpu_seconds / counted.seconds
        rate = counted.responses / counted.seconds
        return Run(rate, share, self._server.share(), counted.p99_ms, counted.faults()), counted


def load(
    url: str, seconds: int, response_bytes: int, headers: Mapping[str, str] | None = None
) -> Run:
    """Request one URL, whose responses have this many bytes with their heads."""
    with Wrk(url, seconds, headers=headers) as wrk:
        run, counted = wrk.counted()
    return replace(run, faults=run.faults + counted.wrong_length(response_bytes))
