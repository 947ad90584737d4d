"""Behind a proxy that shares its connections, no body becomes another visitor's request."""

import http.client
import itertools
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from ishizue.testing.postgres import fresh_database
from tests.web.proxies import HAPROXY, NGINX, haproxy, nginx
from tools.servers import Running, serving

NGINX_PROXIES = ("nginx", "nginx for WebSockets", "nginx without buffers")
NO_NGINX = pytest.mark.skipif(not NGINX, reason="no nginx on this machine")
NO_HAPROXY = pytest.mark.skipif(not HAPROXY, reason="no HAProxy on this machine")
PROXIES = [
    *(pytest.param(name, marks=(pytest.mark.external, NO_NGINX)) for name in NGINX_PROXIES),
    pytest.param("HAProxy", marks=(pytest.mark.external, NO_HAPROXY)),
]

LIKE = {"type": "horoscope", "item": "2026-11-24.aries"}
OTHER = json.dumps({"type": "horoscope", "item": "2026-11-24.leo"})
SMUGGLED = {
    "a request that the next one completes": (
        "DELETE /api/favorites/FAVORITE HTTP/1.1\r\nHost: localhost\r\nX-Rest: "
    ),
    "a request": "DELETE /api/favorites/FAVORITE HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a request with a body": (
        "POST /api/favorites HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(OTHER)}\r\n\r\n{OTHER}"
    ),
}
PADDINGS = {
    "nothing": "",
    "an empty line": "\r\n",
    "a letter": "x",
    "20 kB of empty lines": "\r\n" * 10_000,
    "20 kB": "x" * 20_000,
}
OFFER = "GET /date HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: anything\r\n"
FRAMES = ("Content-Length", "chunks")

_PAUSE_SECONDS = 0.005

Answer = tuple[int, str]
"""A status and a body."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A server, proxies in front of it, and a visitor."""

    running: Running
    ports: dict[str, int]
    visitor: httpx.Client
    executed: list[tuple[str, str, int]]
    """Methods, paths, and the port of the connection, of all but the fast path.

    The method of an upgrade with a body is `Upgrade`.
    """

    def like(self) -> str:
        """Make sure of the visitor's like; returns its favorite's id."""
        return str(self.visitor.post("/api/favorites", json=LIKE).json()["id"])

    def mine(self, proxy: str | None = None) -> Answer:
        """The visitor's likes, over a new connection to the proxy or to the server itself."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.visitor.cookies.jar)
        asked = f"GET /api/favorites/mine HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n"
        return exchange(self.ports[proxy or "server"], asked)


def exchange(port: int, *parts: str) -> Answer:
    """The first response to what is sent in these parts; what is no response has status 0."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        try:
            for part in parts:
                if part is not parts[0]:
                    time.sleep(_PAUSE_SECONDS)
                connection.sendall(part.encode())
            response = http.client.HTTPResponse(connection)
            response.begin()
            return response.status, response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error)


def upgrade(body: str, frame: str) -> list[str]:
    """An offer to upgrade, with a body: a long one in the same write, a short one later."""
    if frame == "chunks":
        head, body = "Transfer-Encoding: chunked", f"{len(body):x}\r\n{body}\r\n0\r\n\r\n"
    else:
        head = f"Content-Length: {len(body)}"
    head = f"{OFFER}{head}\r\n\r\n"
    return [head + body] if len(body) > 1_000 else [head, body]


@pytest.fixture(scope="module")
def scene(embedded_postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with ExitStack() as stack:
        running = stack.enter_context(
            serving(stack.enter_context(fresh_database(embedded_postgres)))
        )
        running.ready()
        executed: list[tuple[str, str, int]] = []
        usual = running.server.config.loaded_app

        async def recording(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                names = {name for name, _ in scope["headers"]}
                framed = names & {b"content-length", b"transfer-encoding"}
                method = "Upgrade" if framed and b"upgrade" in names else scope["method"]
                executed.append((method, scope["path"], scope["client"][1]))
            await usual(scope, receive, send)

        running.server.config.loaded_app = recording
        ports = {"server": int(running.url.rpartition(":")[2])}
        if NGINX:
            here = nginx(ports["server"], tmp_path_factory.mktemp("nginx"))
            ports |= zip(NGINX_PROXIES, stack.enter_context(here), strict=True)
        if HAPROXY:
            here_too = haproxy(ports["server"], tmp_path_factory.mktemp("haproxy"))
            ports["HAProxy"] = stack.enter_context(here_too)
        yield Scene(running, ports, stack.enter_context(running.visitor()), executed)


@pytest.mark.parametrize("proxy", PROXIES)
def test_the_proxies_share_a_connection_among_their_clients(scene: Scene, proxy: str) -> None:
    scene.like()
    scene.mine(proxy)
    scene.executed.clear()
    assert scene.mine(proxy) == scene.mine(proxy) == scene.mine()
    [one, other, direct] = (port for _, _, port in scene.executed)
    assert one == other != direct


@pytest.mark.parametrize("proxy", PROXIES)
def test_a_body_with_an_upgrade_is_never_a_request(scene: Scene, proxy: str) -> None:
    happened = {}
    for case in itertools.product(SMUGGLED, PADDINGS, FRAMES):
        smuggled, padding, frame = case
        body = PADDINGS[padding] + SMUGGLED[smuggled].replace("FAVORITE", scene.like())
        expected = scene.mine()
        scene.mine(proxy)  # so that there is a connection to share
        scene.executed.clear()
        exchange(scene.ports[proxy], *upgrade(body, frame))
        got = scene.mine(proxy)
        foreign = [
            (method, path)
            for method, path, _ in scene.executed
            if (method, path) not in (("GET", "/date"), ("GET", "/api/favorites/mine"))
        ]
        if foreign or got != expected or scene.mine() != expected:
            happened[case] = foreign, got
    assert not happened


@pytest.mark.parametrize("proxy", PROXIES)
def test_an_offer_without_a_body_is_answered(scene: Scene, proxy: str) -> None:
    scene.like()
    for _ in range(3):
        assert exchange(scene.ports[proxy], f"{OFFER}\r\n")[0] == 200
        assert scene.mine(proxy) == scene.mine()


@pytest.mark.parametrize(
    ("version", "headers"),
    [
        ("1.1", "Transfer-Encoding: gzip"),
        ("1.1", "Transfer-Encoding: gzip, chunked"),
        ("1.1", "Transfer-Encoding: xchunked"),
        ("1.1", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        ("2.0", "A: b"),
        ("0.9", "Connection: keep-alive"),
    ],
)
def test_a_request_whose_end_is_uncertain_is_refused_before_it_is_executed(
    scene: Scene, version: str, headers: str
) -> None:
    scene.executed.clear()
    asked = f"DELETE /api/favorites/1 HTTP/{version}\r\nHost: localhost\r\n{headers}\r\n\r\n"
    status, _ = exchange(scene.ports["server"], asked + "0\r\n\r\n")
    assert status == 400
    assert scene.executed == []
