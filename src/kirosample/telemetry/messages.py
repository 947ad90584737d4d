"""All that is logged in words, uvicorn's own included: one line each, with its traceback in it."""

import json
import logging
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from kirosample.telemetry.times import time_of_day, utc

_TOLD_WITH = ("route", "trace")
"""What a message may have as `extra` to be found together with its request."""

_LONGEST_TRACEBACK = 12_000
"""Characters, so that the line stays below the 16 KiB at which container logs cut."""

Form = Callable[[datetime, str, str, Mapping[str, str]], str]
"""Makes the line of a moment, a level, a message and what goes with it."""


def as_json(at: datetime, level: str, message: str, more: Mapping[str, str]) -> str:
    """One JSON object; line ends within are escaped."""
    told = {"time": utc(at), "level": level, "message": message, **more}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def as_text(at: datetime, level: str, message: str, more: Mapping[str, str]) -> str:
    """For a terminal: a traceback keeps its lines."""
    lines = [f"{time_of_day(at)} {level} {message}", *more.values()]
    return "\n".join(line.rstrip("\n") for line in lines) + "\n"


def dropped(form: Form, count: int) -> str:
    """The line that stands for lines that could not be written."""
    return form(datetime.now(UTC), "WARNING", f"{count} lines were dropped: nobody read them", {})


class MessageHandler(logging.Handler):
    """Hands each message on as a line."""

    def __init__(self, write: Callable[[str], None], form: Form) -> None:
        super().__init__()
        self._write_line = write
        self._form = form

    def emit(self, record: logging.LogRecord) -> None:
        try:
            more = {name: record.__dict__[name] for name in _TOLD_WITH if record.__dict__.get(name)}
            if record.exc_info and record.exc_info[1]:
                more["traceback"] = _traceback(record.exc_info[1])
            at = datetime.fromtimestamp(record.created, UTC)
            self._write_line(self._form(at, record.levelname, record.getMessage(), more))
        except Exception:
            self.handleError(record)


def _traceback(error: BaseException) -> str:
    """The traceback; its beginning and end where it is very long."""
    text = "".join(traceback.format_exception(error))
    if len(text) <= _LONGEST_TRACEBACK:
        return text
    half = _LONGEST_TRACEBACK // 2
    return f"{text[:half]}\n…\n{text[-half:]}"
