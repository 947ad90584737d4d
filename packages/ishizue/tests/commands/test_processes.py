"""The commands of a service as processes, on the example that has no page."""

import os
import signal
import subprocess
import time
from pathlib import Path

from ishizue.limits import SHUTDOWN_SECONDS
from ishizue.processes import running as running_with
from ishizue.testing.outages import Switch
from ishizue.testing.postgres import folder
from ishizue.testing.processes import Command

inbox = Command("inbox", Path(__file__).parents[4] / "examples" / "inbox" / "src")


def test_a_killed_local_database_is_back_within_seconds() -> None:
    with (
        folder() as data,
        inbox.server("run", stdout=subprocess.PIPE, INBOX_DATA_DIR=str(data)) as running,
    ):
        server = f"postgres -D {data}"
        running.wait_for("/readyz")
        (killed,) = running_with(server)
        os.kill(killed, signal.SIGKILL)
        began = time.monotonic()
        # Its connections may outlive it by a moment.
        while running_with(server) in ([], [killed]):
            assert time.monotonic() - began < 20
            assert running.client.get("/livez").status_code == 200
            time.sleep(0.02)
        running.wait_for("/readyz", 20)
        assert running.end() == 0
        text = running.process.communicate()[0]
    for words in ("died: killed by SIGKILL", "the local PostgreSQL runs again"):
        assert words in text
    assert "Traceback" not in text
    assert running_with(server) == []


def test_sigterm_ends_a_start_whose_database_is_silent(switch: Switch) -> None:
    with switch.silent(), inbox.server("run", DATABASE_URL=switch.dsn) as running:
        running.wait_for("/livez")
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(SHUTDOWN_SECONDS) == 0
