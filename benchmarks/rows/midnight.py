"""Midnight in Japan, when every page of the day changes: do visitors wait for each other?

Run as `python -m benchmarks.rows.midnight MOMENT`, it is `kirosample serve` with a clock that has
midnight at that moment, in seconds since 1970.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.programs import task
from benchmarks.programs.http import fetch, wait_for
from benchmarks.programs.processes import Failed
from benchmarks.report import Result
from benchmarks.rows import floods
from benchmarks.rows.flooder import PAGES
from benchmarks.targets import MIDNIGHT
from kirosample import telemetry
from kirosample.almanac import JST
from kirosample.app import build, metrics
from kirosample.clock import Clock
from kirosample.http.server import Server, listen
from kirosample.settings import read
from kirosample.storage.database_url import DatabaseUrl

_STARTING = 5  # seconds before midnight
_AFTERWARDS = 2
_CLIENTS = 16
_PAUSE = 0.005  # seconds between two pages of a client, to measure only the server
_FIRST_DAY = datetime(2031, 5, 6, tzinfo=JST)


def across(dsn: str, folder: Path) -> Result:
    moment = time.time() + _STARTING
    command = (sys.executable, "-m", "benchmarks.rows.midnight", str(moment))
    with task.started(dsn, folder / "midnight.log", command=command) as serving:
        wait_for(serving.port, "/readyz", _STARTING)
        for page in PAGES:  # cached, like in the evening
            fetch(serving.port, page)
        before = fetch(serving.port, "/date").body
        seconds = moment - time.time() + _AFTERWARDS
        if seconds < _AFTERWARDS + 1:
            raise Failed("the server was not ready before midnight")
        sent = floods.send(serving, "pages of today", _CLIENTS, seconds, _PAUSE)
        if fetch(serving.port, "/date").body == before:
            raise Failed("midnight did not come")
    if wrong := sent.faults({"200"}):
        return Result(MIDNIGHT, None, "; ".join(wrong))
    return Result(MIDNIGHT, sent.slowest_ms, f"of {sent.responses:,}")


def clock_at(moment: float) -> Clock:
    """A clock that has midnight in Japan at this moment, in seconds since 1970."""
    shift = _FIRST_DAY - datetime.fromtimestamp(moment, UTC)
    return lambda: datetime.now(UTC) + shift


def _serve(clock: Clock) -> None:
    settings = read(os.environ)
    assert isinstance(settings.database, DatabaseUrl)
    with (
        telemetry.to_stdout(metrics if settings.metrics else None) as log,
        listen(settings.port) as listener,
    ):
        app = build(settings, settings.database, clock=clock, log=log)
        Server(app.service, settings.drain_seconds).run(sockets=[listener])


if __name__ == "__main__":
    _serve(clock_at(float(sys.argv[1])))
