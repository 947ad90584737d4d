"""The server's log on stdout: a line for every request, messages, and metrics."""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from ishizue.telemetry.messages import MessageHandler, dropped
from ishizue.telemetry.metrics import Metrics, Polled
from ishizue.telemetry.output import Output
from ishizue.telemetry.request_log import RequestLog

__all__ = ["Metrics", "Output", "Polled", "RequestLog", "to_stdout"]


@contextmanager
def to_stdout(
    metrics: Callable[[Callable[[str], None]], Metrics] | None = None,
) -> Iterator[RequestLog]:
    """Log requests and messages to stdout during the block, and the metrics that `metrics` makes.

    The lines are JSON. On a terminal, messages stay with the handler that `logging` has already: a
    traceback keeps its lines.
    """
    # Without a stdout, descriptor 1 may be anything, such as the database's socket.
    with nullcontext(sys.stdout) if sys.stdout else Path(os.devnull).open("w") as stdout:
        output = Output(stdout.fileno(), dropped)
        on_terminal = stdout.isatty()
    root = logging.getLogger()
    before = root.handlers
    if not on_terminal:
        root.handlers = [MessageHandler(output.write)]
    try:
        yield RequestLog(output.write, metrics=metrics(output.write) if metrics else None)
    finally:
        root.handlers = before
        output.close()
