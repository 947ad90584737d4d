"""Midnight in Japan, when every page of the day is another: do visitors wait for one another?

Run as `python -m benchmarks.midnight MOMENT`, it is `kirosample serve` with a clock by which it is
midnight at that moment (in seconds since 1970).
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import floods, task
from benchmarks.flooder import PAGES
from benchmarks.http import ask, wait_for
from benchmarks.processes import Failed
from benchmarks.report import Result
from benchmarks.targets import MIDNIGHT
from kirosample import telemetry
from kirosample.app import build
from kirosample.clock import JST, Clock
from kirosample.server import Server, listen
from kirosample.settings import ExternalDatabase, read

_STARTING = 5  # seconds before midnight at which the server is started
_AFTERWARDS = 2
_CLIENTS = 16
_PAUSE = 0.005  # seconds between two pages of a client, as else it would measure itself
_FIRST_DAY = datetime(2031, 5, 6, tzinfo=JST)


def across(dsn: str, folder: Path) -> Result:
    """The slowest page of all that are asked for across midnight."""
    moment = time.time() + _STARTING
    command = (sys.executable, "-m", "benchmarks.midnight", str(moment))
    with task.started(dsn, folder / "midnight.log", command=command) as serving:
        wait_for(serving.port, "/readyz", _STARTING)
        for page in PAGES:  # hot, as they are in the evening
            ask(serving.port, page)
        before = ask(serving.port, "/date").body
        seconds = moment - time.time() + _AFTERWARDS
        if seconds < _AFTERWARDS + 1:
            raise Failed("the server was not ready before midnight")
        sent = floods.send(serving, "pages of today", _CLIENTS, seconds, _PAUSE)
        if ask(serving.port, "/date").body == before:
            raise Failed("midnight did not come")
    if wrong := sent.faults({"200"}):
        return Result(MIDNIGHT, None, "; ".join(wrong))
    return Result(MIDNIGHT, sent.slowest_ms, f"of {sent.answers:,}")


def clock_at(moment: float) -> Clock:
    """A clock by which it is midnight in Japan at this moment, in seconds since 1970."""
    shift = _FIRST_DAY - datetime.fromtimestamp(moment, UTC)
    return lambda: datetime.now(UTC) + shift


def _serve(clock: Clock) -> None:
    settings = read(os.environ)
    assert isinstance(settings.database, ExternalDatabase)
    with telemetry.to_stdout(metrics=settings.metrics) as log, listen(settings.port) as listener:
        app = build(settings, settings.database, clock=clock, log=log)
        Server(app, settings.drain_seconds).run(sockets=[listener])


if __name__ == "__main__":
    _serve(clock_at(float(sys.argv[1])))
