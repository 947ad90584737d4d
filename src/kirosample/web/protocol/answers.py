"""Answers as they travel: the bytes of their heads."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """An answer as it travels, but for what differs from one to the next: see `ReadyAnswers`."""

    status: int
    headers: bytes
    body: bytes


def lines(headers: Iterable[Header]) -> bytes:
    """Headers as they travel."""
    return b"".join([name + b": " + value + b"\r\n" for name, value in headers])


def written(response: Response) -> Written:
    """The response as it travels."""
    return Written(response.status_code, lines(response.raw_headers), bytes(response.body))


class _Dated:
    """uvicorn's headers as they travel: it makes a new list every second, the date being one."""

    def __init__(self) -> None:
        self._dated: list[Header] | None = None
        self._lines = b""

    def lines(self, dated: list[Header]) -> bytes:
        if dated is not self._dated:
            self._dated, self._lines = dated, lines(dated)
        return self._lines


_dated = _Dated()


def opening(status: int, dated: list[Header]) -> bytes:
    """How an answer begins: its status line, and uvicorn's headers of this second."""
    return STATUS_LINE[status] + _dated.lines(dated)
