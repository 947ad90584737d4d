"""What each route tells a shared cache; tests/infra/test_product.py has the keys of CloudFront."""

from datetime import datetime, timedelta

import pytest

from ishizue.testing.wire import counting
from tools.addresses import addresses
from tools.servers import Running, serving

MIDNIGHT = datetime.fromisoformat("2026-11-25T00:00:00+09:00")
DAY = "max-age=0, must-revalidate, s-maxage={}, stale-if-error=0"
AT_NOON = DAY.format(12 * 3600 - 3)
TEN_SECONDS = DAY.format(10)
NEVER = {"no-store", "private, no-store"}
FOR_LONG = {
    "public, max-age=86400",
    "public, max-age=2592000",
    "public, max-age=31536000, immutable",
}
"""The header of what has the same content tomorrow."""


def test_every_get_says_what_a_shared_cache_may_store(server: Running) -> None:
    more = ["/date?today=2026-11-25", "/?today=2026-11-25", "/favorites?mine=true"]
    for method, path in (*addresses(server), *(("GET", path) for path in more)):
        if method != "GET":
            continue
        answer = server.client.get(path)
        stored = answer.headers["cache-control"]
        bare = path.removeprefix("/en").partition("?")[0]
        if bare in ("/", "/sw.js"):
            assert stored == TEN_SECONDS, path
        elif (
            path.startswith(("/api/", "/livez", "/readyz"))
            or "random" in path
            or "/mine" in path
            or bare == "/birthday"
        ):
            assert stored == "no-store", path
        elif bare.startswith("/favorites") and bare != "/favorites/transfer":
            assert stored == "private, no-store", path
        elif stored not in FOR_LONG:
            assert (answer.status_code, stored) == (200, AT_NOON), path
        assert "set-cookie" not in answer.headers, path
        assert answer.headers.get("vary", "Accept-Encoding") == "Accept-Encoding", path
        assert "vary" in answer.headers or "content-encoding" not in answer.headers, path
        if answer.headers.get("content-type", "").startswith("text/html") and bare != "/birthday":
            assert answer.headers["content-encoding"] == "gzip", path


def test_what_sets_a_cookie_or_is_an_error_is_never_stored(server: Running) -> None:
    cookies = 0
    wrong = [("GET", path) for path in ("/nothing", "/en/nothing", "/date?date=x", "/api/nothing")]
    for method, path in (*wrong, *addresses(server)):
        sent = "PUT" if method == "GET" and (method, path) not in wrong else method
        answer = server.client.request(sent, path, headers={"cookie": ""})
        assert answer.status_code >= 400 or sent != "GET", path
        assert answer.headers["cache-control"] in NEVER, (sent, path)
        cookies += "set-cookie" in answer.headers
    assert cookies > 5, "no write set one"


@pytest.mark.parametrize("fast_path", [True, False])
def test_a_day_s_page_is_stored_until_midnight_in_japan(*, fast_path: bool) -> None:
    """The second request is served by the fast path, at another time than the first."""
    now = [MIDNIGHT - timedelta(hours=12)]
    with (
        serving(None, clock=lambda: now[0], fast_path=fast_path) as running,
        counting(running) as counted,
    ):

        def stored(left: float, etag: str = "", status: int = 200) -> set[str]:
            now[0] = MIDNIGHT - timedelta(seconds=left)
            running.server.server_state.default_headers = list(
                running.server.server_state.default_headers
            )  # as each second
            answers = [
                running.client.request(method, "/date", headers={"if-none-match": etag})
                for method in ("GET", "GET", "HEAD")
            ]
            assert {answer.status_code for answer in answers} == {status}
            return {answer.headers["cache-control"] for answer in answers}

        etag = running.client.get("/date").headers["etag"]
        assert stored(43_200) == {DAY.format(43_197)}
        assert stored(10.5) == {DAY.format(7)}
        assert stored(10.5, etag, 304) == {DAY.format(7)}
        assert stored(4.1, etag, 304) == {DAY.format(1)}
        assert stored(3.9) == stored(3.9, etag) == stored(0.001, etag) == {DAY.format(0)}
        assert stored(0) == {DAY.format(86_397)}
        assert bool(counted) == fast_path


def test_a_page_that_takes_past_midnight_is_yesterday_s_and_not_stored() -> None:
    first: list[datetime] = []
    with serving(None, clock=lambda: first.pop() if first else MIDNIGHT) as running:
        for path in ("/", "/date", "/about", "/api", "/feeds/quote.xml", "/calendar/leo.ics"):
            first[:] = [MIDNIGHT - timedelta(microseconds=1)]
            answer = running.client.get(path)
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == DAY.format(0), path
            for today in ("2026-11-24", "2026-11-25", "2026-11-25"):
                assert "data-today" not in answer.text or f'data-today="{today}"' in answer.text
                answer = running.client.get(path)
