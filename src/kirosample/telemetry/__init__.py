"""What the server tells its operator: a line a request, messages, and metrics, all on stdout."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kirosample.telemetry.messages import MessageHandler, as_json, as_text, dropped
from kirosample.telemetry.metrics import Metrics
from kirosample.telemetry.output import Output
from kirosample.telemetry.request_log import RequestLog

__all__ = ["Metrics", "Output", "RequestLog", "to_stdout"]


@contextmanager
def to_stdout(*, metrics: bool) -> Iterator[RequestLog]:
    """Write requests, and all that is logged, to stdout while the block runs.

    JSON, or text that is nice to read where stdout is a terminal.
    """
    # Without a stdout, descriptor 1 may be anything: the database's socket, say.
    descriptor = os.dup(sys.stdout.fileno()) if sys.stdout else os.open(os.devnull, os.O_WRONLY)
    readable = os.isatty(descriptor)
    form = as_text if readable else as_json
    output = Output(descriptor, lambda count: dropped(form, count))
    root, handler = logging.getLogger(), MessageHandler(output.write, form)
    before, root.handlers = root.handlers, [handler]
    try:
        yield RequestLog(
            output.write, readable=readable, metrics=Metrics(output.write) if metrics else None
        )
    finally:
        root.handlers = before
        output.close()
        os.close(descriptor)
