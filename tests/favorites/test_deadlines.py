"""With a slow or frozen database, every read is answered within its deadline."""

from concurrent.futures import ThreadPoolExecutor

from ishizue.limits import READ_DEADLINE_SECONDS, READINESS_DEADLINE_SECONDS
from ishizue.testing.outages import Switch
from tests.favorites.stores import READING, timed
from tools.servers import serving

READS = (
    "/favorites",
    "/favorites?mine=true&type=quote",
    "/favorites?mine=true",
    "/favorites/export.csv",
    "/api/favorites",
    "/api/favorites/mine",
    "/api/favorites/stats",
)
SOON = 0.5
"""Extra seconds on a busy machine."""


def test_every_view_is_503_in_time(switch: Switch) -> None:
    with serving(switch.dsn) as server, server.visitor() as me:
        server.ready()
        assert me.post("/api/favorites", json=READING).status_code == 201
        assert all(me.get(path).status_code == 200 for path in READS)
        with switch.silent():
            # Eight requests for two connections: those without one are answered in time too.
            with ThreadPoolExecutor(len(READS) + 1) as pool:
                ready = pool.submit(timed, me, "/readyz")
                lists = {path: pool.submit(timed, me, path) for path in READS}
            for path, asked in lists.items():
                status, seconds = asked.result()
                assert (path, status) == (path, 503)
                assert seconds < READ_DEADLINE_SECONDS + SOON, path
            status, seconds = ready.result()
            assert status == 503
            assert seconds < READINESS_DEADLINE_SECONDS + SOON
            assert timed(me, "/date")[0] == 200
        server.ready()
        assert all(me.get(path).status_code == 200 for path in READS)
