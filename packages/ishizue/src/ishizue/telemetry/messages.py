"""Log messages, uvicorn's included: one line each, with the traceback in it."""

import json
import logging
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

_EXTRA = ("route", "trace")
"""A message's `extra` that leads to its request."""

_LONGEST_TRACEBACK = 12_000
"""Characters of a traceback: its line stays below the 16 KiB at which container logs cut."""

LineFormat = Callable[[datetime, str, str, Mapping[str, str]], str]
"""Makes a line of a time, a level, a message and its extra."""


def utc(at: datetime) -> str:
    """A time in UTC, to the millisecond, as in RFC 3339."""
    return at.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def time_of_day(at: datetime) -> str:
    """The local time of day."""
    return f"{at.astimezone():%H:%M:%S}"


def as_json(at: datetime, level: str, message: str, more: Mapping[str, str]) -> str:
    """One JSON object."""
    line = {"time": utc(at), "level": level, "message": message, **more}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def as_text(at: datetime, level: str, message: str, more: Mapping[str, str]) -> str:
    """The line for a terminal, in which a traceback keeps its lines."""
    lines = [f"{time_of_day(at)} {level} {message}", *more.values()]
    return "\n".join(line.rstrip("\n") for line in lines) + "\n"


def dropped(line_format: LineFormat, count: int) -> str:
    """The line about lines that could not be written."""
    return line_format(
        datetime.now(UTC), "WARNING", f"{count} lines were dropped: they were not read", {}
    )


class MessageHandler(logging.Handler):
    """Writes each message as a line."""

    def __init__(self, write: Callable[[str], None], line_format: LineFormat) -> None:
        super().__init__()
        self._write_line = write
        self._format_line = line_format

    def emit(self, record: logging.LogRecord) -> None:
        try:
            more = {name: record.__dict__[name] for name in _EXTRA if record.__dict__.get(name)}
            if record.exc_info and record.exc_info[1]:
                more["traceback"] = _traceback(record.exc_info[1])
            at = datetime.fromtimestamp(record.created, UTC)
            self._write_line(self._format_line(at, record.levelname, record.getMessage(), more))
        except Exception:
            self.handleError(record)


def _traceback(error: BaseException) -> str:
    """The traceback, without its middle if it is very long."""
    text = "".join(traceback.format_exception(error))
    if len(text) <= _LONGEST_TRACEBACK:
        return text
    half = _LONGEST_TRACEBACK // 2
    return f"{text[:half]}\n…\n{text[-half:]}"
