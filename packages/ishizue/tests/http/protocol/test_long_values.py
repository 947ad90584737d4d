"""A long value counts as absent, or has its meaning at any length, or is refused: on both paths."""

import pytest
from tests.http.standin import TRUSTED, serving_standin

from ishizue.http.protocol.head import VALUE_BYTES
from ishizue.testing.logged import logged
from ishizue.testing.running import RunningService
from ishizue.testing.wire import connected, counting, get, hear, statuses

LONG = "x" * VALUE_BYTES
NOTE = '{"text": "a note"}'


def post(headers: str) -> str:
    return get("/notes", f"Content-Type: application/json\r\n{headers}", method="POST")


def status(running: RunningService, request: str) -> int:
    with connected(running, request) as client:
        return statuses(hear(client))[0]


@pytest.mark.parametrize(("most", "served"), [(VALUE_BYTES, 304), (VALUE_BYTES + 1, 200)])
def test_a_longer_value_counts_as_absent(either: RunningService, most: int, served: int) -> None:
    tags = either.client.get("/page", headers={"accept-encoding": "identity"}).headers["etag"]
    tags += "," * (most - len(tags))
    assert status(either, get(headers=f"If-None-Match: {tags}\r\n")) == served
    # Of two, the first that counts.
    two = get(headers=f"If-None-Match: {LONG}y\r\nIf-None-Match: {tags}\r\n")
    assert status(either, two) == served


@pytest.mark.parametrize(("agent", "counts"), [("a" * 512, True), ("a" * 513, False)])
def test_a_longer_user_agent_is_none(fast: RunningService, agent: str, counts: bool) -> None:
    with counting(fast) as counted:
        status(fast, get(headers=f"User-Agent:{agent}\r\n"))
    ((_, _, seen),) = counted
    assert seen == (agent.encode() if counts else b"")


@pytest.mark.parametrize(
    ("request_", "refused"),
    [
        (post(f"Origin: http://{LONG}.example\r\nContent-Length: 0\r\n"), 403),
        (get(headers=f"Connection: keep-alive{',' * VALUE_BYTES}\r\n"), 431),
        (get(headers=f"Connection: Upgrade\r\nUpgrade: {LONG}h2c\r\n"), 431),
        (f"GET /page HTTP/1.1\r\nHost: {LONG}x\r\n\r\n", 431),
        (get(headers=f"Content-Length: {'0' * VALUE_BYTES}0\r\n"), 431),
        (post(f"Content-Length: {'0' * 5000}{len(NOTE)}\r\n") + NOTE, 431),
        (post(f"Transfer-Encoding: {LONG},chunked\r\n") + "0\r\n\r\n", 431),
    ],
)
def test_what_would_be_accepted_or_mean_something_else_without_it_is_refused(
    either: RunningService, request_: str, refused: int
) -> None:
    assert status(either, request_) == refused


def test_of_the_forwarded_addresses_the_last_count(fast_path: bool) -> None:
    with logged(serving_standin, proxies=TRUSTED, fast_path=fast_path) as (running, lines):
        addresses = f"{LONG}, 203.0.113.9, 127.0.0.1"
        running.client.get("/page")
        running.client.get("/page", headers={"X-Forwarded-For": addresses})
        assert [line["client"] for line in lines.next(2)] == ["127.0.0.0/24", "203.0.113.0/24"]
