"""What the server tells its operator: a line a request, messages, and metrics, all on stdout."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TextIO

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
    readable = sys.stdout is not None and sys.stdout.isatty()
    form = as_text if readable else as_json
    with _stdout() as stdout:
        output = Output(stdout.fileno(), lambda count: dropped(form, count))
    root, handler = logging.getLogger(), MessageHandler(output.write, form)
    before, root.handlers = root.handlers, [handler]
    try:
        yield RequestLog(
            output.write, readable=readable, metrics=Metrics(output.write) if metrics else None
        )
    finally:
        root.handlers = before
        output.close()


def _stdout() -> AbstractContextManager[TextIO]:
    if sys.stdout is None:  # then descriptor 1 may be anything: the database's socket, say
        return Path(os.devnull).open("w")
    return nullcontext(sys.stdout)
