"""gzip for clients that take it: the same page, a quarter as long, and to nobody else."""

import gzip
from collections.abc import Iterator

import httpx
import pytest
from tests.servers import Running, serving
from tests.web.wire import counting, exchange, get

PAGES = ("/", "/date", "/horoscope", "/horoscope/leo", "/quote", "/quotes", "/en/date")
TAKES = {"accept-encoding": "gzip, deflate, br"}
PLAIN = {"accept-encoding": "identity"}


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    with serving(None) as running:
        yield running


def raw(running: Running, path: str, headers: dict[str, str]) -> tuple[httpx.Headers, bytes]:
    """The answer's headers, and its body as it travelled."""
    with running.client.stream("GET", path, headers=headers) as response:
        return response.headers, b"".join(response.iter_raw())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_same_with_gzip_and_at_most_half_as_long(served: Running, path: str) -> None:
    for _ in range(3):  # made, made ready, ready
        plain_headers, plain = raw(served, path, PLAIN)
        packed_headers, packed = raw(served, path, TAKES)
        assert "content-encoding" not in plain_headers
        assert packed_headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed) == plain
        assert len(packed) <= len(plain) / 2
        for headers, body in ((plain_headers, plain), (packed_headers, packed)):
            assert int(headers["content-length"]) == len(body)
            assert "accept-encoding" in headers["vary"].lower()
        assert packed_headers["etag"] != plain_headers["etag"]


@pytest.mark.parametrize("query", ["", "?type=quote", "?mine=true"])
def test_a_list_of_favorites_is_the_same_with_gzip(server: Running, query: str) -> None:
    server.client.post("/api/favorites", json={"type": "horoscope", "item": "2026-11-24.leo"})
    plain_headers, plain = raw(server, f"/favorites{query}", PLAIN)
    packed_headers, packed = raw(server, f"/favorites{query}", TAKES)
    assert "content-encoding" not in plain_headers
    assert packed_headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(packed) <= len(plain) / 2
    assert plain_headers["vary"] == packed_headers["vary"] == "Accept-Encoding"


def test_styles_and_scripts_are_compressed_and_pictures_are_not(served: Running) -> None:
    assets = served.portal.assets
    for name in ("style.css", "app.js"):
        headers, body = raw(served, assets.url(name), TAKES)
        assert headers["content-encoding"] == "gzip"
        assert gzip.decompress(body) == raw(served, assets.url(name), PLAIN)[1]
    assert "content-encoding" not in raw(served, assets.url("icon-192.png"), TAKES)[0]


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
        ("gzip," + "x" * 300, False),
    ],
)
def test_only_who_takes_gzip_gets_it(served: Running, accepted: str, packed: bool) -> None:
    for _ in range(2):
        headers, _body = raw(served, "/date", {"accept-encoding": accepted})
        assert ("content-encoding" in headers) is packed


def test_each_encoding_has_a_tag_of_its_own_and_a_304(served: Running) -> None:
    for path in ("/date", "/about"):
        tags = [raw(served, path, headers)[0]["etag"] for headers in (PLAIN, TAKES)]
        plain, packed = tags
        for own, other, accepts in ((plain, packed, PLAIN), (packed, plain, TAKES)):
            for tag, status in ((own, 304), (other, 200)):
                asked = {**accepts, "if-none-match": tag}
                assert served.client.get(path, headers=asked).status_code == status


def test_head_tells_what_get_would(served: Running) -> None:
    got, _ = raw(served, "/date", TAKES)
    head = served.client.head("/date", headers=TAKES).headers
    for name in ("content-length", "content-encoding", "etag", "vary"):
        assert head[name] == got[name]


def test_with_gzip_the_answers_are_the_usual_ones_to_the_byte() -> None:
    asked = get("/date", "Accept-Encoding: gzip, br\r\n")
    with serving(None) as fast, serving(None, answers_at_once=False) as plain:
        with counting(fast) as counted:
            heard = [[exchange(running, asked) for _ in range(3)] for running in (fast, plain)]
        assert len(counted) == 2
    assert heard[0] == heard[1]


@pytest.mark.parametrize("path", PAGES)
def test_the_addresses_of_files_are_written_in_no_more_bytes_than_they_have(
    served: Running, path: str
) -> None:
    page = served.text(path)
    for name in ("style.css", "app.js", "favicon.svg", "icon-180.png"):
        assert f'"{served.portal.assets.url(name)}"' in page
