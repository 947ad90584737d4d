"""A request is freed without the garbage collector."""

import gc

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from tools.servers import Running

_ROUNDS = 10


def test_a_request_leaves_no_reference_cycle(server: Running) -> None:
    like = {"type": "horoscope", "item": "2026-11-24.leo"}
    gc.collect()
    gc.disable()
    try:
        for _ in range(_ROUNDS):
            for path in (
                "/date?x",
                "/api/date",
                "/favorites?mine=true",
                "/nothing",
                "/api/date?date=x",
            ):
                server.client.get(path)
            server.client.head("/quotes")
            server.client.post("/api/favorites", json=like)
            server.client.delete("/api/favorites/999")
        # Each connection refers to its last one, also after it was closed. A kind of request that
        # leaves a cycle leaves one each time.
        left = sum(type(held) is RequestResponseCycle for held in gc.get_objects())
        assert left < _ROUNDS
    finally:
        gc.enable()
