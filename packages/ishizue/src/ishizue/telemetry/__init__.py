"""The server's log on stdout: a line for every request, messages, and metrics."""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from ishizue.telemetry.messages import MessageHandler, as_json, as_text, dropped
from ishizue.telemetry.metrics import Metrics, Polled
from ishizue.telemetry.output import Output
from ishizue.telemetry.request_log import RequestLog

__all__ = ["Metrics", "Output", "Polled", "RequestLog", "to_stdout"]


@contextmanager
def to_stdout(
    metrics: Callable[[Callable[[str], None]], Metrics] | None = None,
) -> Iterator[RequestLog]:
    """Log requests and messages to stdout during the block, and the metrics that `metrics` makes.

    The lines are JSON, or plain text on a terminal.
    """
    readable = sys.stdout is not None and sys.stdout.isatty()
    line_format = as_text if readable else as_json
    # Without a stdout, descriptor 1 may be anything, such as the database's socket.
    with nullcontext(sys.stdout) if sys.stdout else Path(os.devnull).open("w") as stdout:
        output = Output(stdout.fileno(), lambda count: dropped(line_format, count))
    root = logging.getLogger()
    before, root.handlers = root.handlers, [MessageHandler(output.write, line_format)]
    requests = RequestLog(
        output.write, readable=readable, metrics=metrics(output.write) if metrics else None
    )
    try:
        yield requests
    finally:
        requests.write_refused()
        root.handlers = before
        output.close()
