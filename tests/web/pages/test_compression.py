"""gzip halves pages, styles and scripts."""

import gzip

import pytest

from tools.servers import Running

PAGES = ("/", "/date", "/horoscope/leo", "/quote", "/quotes", "/en/date")
LISTS = ("/favorites", "/favorites?type=quote", "/favorites?mine=true")


@pytest.mark.parametrize("path", [*PAGES, *LISTS])
def test_a_page_is_the_same_with_gzip_and_at_most_half_as_long(
    quiet_server: Running, path: str
) -> None:
    plain = quiet_server.client.get(path, headers={"accept-encoding": "identity"})
    with quiet_server.client.stream("GET", path, headers={"accept-encoding": "gzip, br"}) as sent:
        packed = b"".join(sent.iter_raw())
    assert sent.headers["content-encoding"] == "gzip"
    assert sent.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(packed) == plain.content
    assert len(packed) <= len(plain.content) / 2
