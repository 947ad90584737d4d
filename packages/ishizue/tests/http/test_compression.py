"""gzip for clients that take it, and for no other."""

import gzip

import httpx
import pytest

from ishizue.testing.running import RunningService

TAKES = {"accept-encoding": "gzip, deflate, br"}
PLAIN = {"accept-encoding": "identity"}


def raw(running: RunningService, path: str, headers: dict[str, str]) -> tuple[httpx.Headers, bytes]:
    """The headers of the response, and its body as sent."""
    with running.client.stream("GET", path, headers=headers) as response:
        return response.headers, b"".join(response.iter_raw())


@pytest.mark.parametrize("path", ["/page", "/page/1", "/notes", "/notes?x"])
def test_a_response_is_the_same_with_gzip_and_at_most_half_as_long(
    fast: RunningService, path: str
) -> None:
    for _ in range(20):
        fast.client.post("/notes", json={"text": "a note of some length"})
    for _ in range(3):  # rendered, put into the cache, and from the cache
        plain_headers, plain = raw(fast, path, PLAIN)
        packed_headers, packed = raw(fast, path, TAKES)
        assert "content-encoding" not in plain_headers
        assert packed_headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed) == plain
        assert len(packed) <= len(plain) / 2
        for headers, body in ((plain_headers, plain), (packed_headers, packed)):
            assert int(headers["content-length"]) == len(body)
            assert "accept-encoding" in headers["vary"].lower()


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=1.0", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("br, deflate", False),
        ("x-gzip2", False),
        ("", False),
        ("gzip," + "x" * 300, True),
        ("gzip," + "x" * 1100, False),
    ],
)
def test_only_a_client_that_takes_gzip_gets_it(
    fast: RunningService, accepted: str, packed: bool
) -> None:
    for _ in range(2):
        headers, _body = raw(fast, "/page", {"accept-encoding": accepted})
        assert ("content-encoding" in headers) is packed


def test_each_encoding_has_its_own_etag_and_304(fast: RunningService) -> None:
    for path in ("/page", "/page/2"):
        plain, packed = (raw(fast, path, headers)[0]["etag"] for headers in (PLAIN, TAKES))
        for own, other, accepts in ((plain, packed, PLAIN), (packed, plain, TAKES)):
            for tag, status in ((own, 304), (other, 200)):
                headers = {**accepts, "if-none-match": tag}
                assert fast.client.get(path, headers=headers).status_code == status
