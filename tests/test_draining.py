"""SIGTERM: the server drains. Drill 2 shows under load that no request is lost."""

import signal
import time

import httpx
import pytest

from tests.processes import server
from tools.workload import WORKLOAD


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_new_connections_are_served_during_the_drain_which_another_signal_ends(
    number: signal.Signals,
) -> None:
    with server("serve", DATABASE_URL="none", KIROSAMPLE_DRAIN_SECONDS="20") as running:
        running.wait_for("/readyz")
        if number == signal.SIGTERM:
            running.process.send_signal(number)
            while (ready := httpx.get(f"{running.url}/readyz")).status_code == 200:
                time.sleep(0.01)
            assert (ready.status_code, "draining" in ready.text) == (503, True)
            for path in ("/livez", WORKLOAD.page):
                assert httpx.get(running.url + path).status_code == 200
        running.process.send_signal(number)
        assert running.process.wait(15) == 0
