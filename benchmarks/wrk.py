"""The load generator: wrk, one thread, 64 connections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from benchmarks.processes import CLIENT_CORE, SERVER_CORE, Client, CoreWatch, Failed
from benchmarks.runs import Run

CONNECTIONS = 64

_SCRIPT = Path(__file__).with_name("load.lua")
_PATIENCE = 15.0  # seconds beyond the run's own


@dataclass(frozen=True, slots=True)
class Counted:
    """What wrk counted in one run."""

    answers: int
    seconds: float
    bytes: int
    p99_ms: float
    errors: Mapping[str, int]

    @classmethod
    def read(cls, output: str) -> Self:
        """From the line that `load.lua` prints. Raises Failed where there is none."""
        for line in output.splitlines():
            if line.startswith("measured "):
                answers, microseconds, size, p99, *errors = map(int, line.split()[1:])
                names = ("error status", "connect", "read", "write", "time-out")
                found = dict(zip(names, errors, strict=True))
                return cls(answers, microseconds / 1e6, size, p99 / 1000, found)
        raise Failed(f"wrk said nothing: {output}")

    def faults(self) -> tuple[str, ...]:
        """Answers with a status from 400 on, and errors of the sockets."""
        return tuple(f"{count} × {name}" for name, count in self.errors.items() if count)

    def wrong_length(self, answer: int) -> tuple[str, ...]:
        """Whether not every answer had this many bytes, but for those cut off at the end."""
        if abs(self.bytes - self.answers * answer) <= CONNECTIONS * answer:
            return ()
        return (f"{self.bytes / max(self.answers, 1):.0f} bytes an answer, not {answer}",)


class Wrk(Client):
    """A load under way."""

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
        command: list[str | Path] = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "-s",
            _SCRIPT,
        ]
        super().__init__([*command, *given, url, "--", *script], core)

    def counted(self) -> tuple[Run, Counted]:
        """The run, once it has ended, with the errors that wrk found."""
        ended = self.finish(self._seconds + _PATIENCE)
        counted = Counted.read(ended.output)
        share = ended.cpu_seconds / counted.seconds
        rate = counted.answers / counted.seconds
        return Run(rate, share, self._server.share(), counted.p99_ms, counted.faults()), counted


def load(
    url: str, seconds: int, answer_bytes: int, headers: Mapping[str, str] | None = None
) -> Run:
    """Ask for one address, whose every answer has this many bytes, head included."""
    with Wrk(url, seconds, headers=headers) as wrk:
        run, counted = wrk.counted()
    return replace(run, faults=run.faults + counted.wrong_length(answer_bytes))
