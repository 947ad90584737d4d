"""Only our own pages may write. Their origin is written as browsers write it."""

import httpx
import pytest

from ishizue.http.csrf import is_own_origin
from ishizue.testing.running import RunningService

NOTE = {"text": "a note"}


def is_ours(origin: str, public_url: str | None, scheme: str = "http", port: int = 3000) -> bool:
    return is_own_origin(origin, {"scheme": scheme, "server": ("192.0.2.1", port)}, public_url)


@pytest.mark.parametrize(
    ("scheme", "port", "ours"),
    [
        ("http", 3000, "http://localhost:3000"),
        ("http", 3000, "http://192.0.2.1:3000"),
        ("http", 80, "http://localhost"),
        ("http", 443, "http://localhost:443"),
        ("https", 443, "https://localhost"),
        ("https", 80, "https://localhost:80"),
    ],
)
def test_without_a_public_url_our_origin_is_the_listening_address(
    scheme: str, port: int, ours: str
) -> None:
    assert is_ours(ours, None, scheme, port)
    for other in ("null", "", f"{ours}1", f"{ours}.evil.example", ours.replace("://", "://x")):
        assert not is_ours(other, None, scheme, port)


def test_with_a_public_url_no_other_origin_is_ours_but_both_names_of_loopback() -> None:
    assert is_ours("https://example.com", "https://example.com")
    ours = "http://localhost:8080"
    assert is_ours("http://127.0.0.1:8080", ours)
    for other in ("http://127.0.0.1:3000", "https://127.0.0.1:8080", "http://x//127.0.0.1:8080"):
        assert not is_ours(other, ours)
    assert not is_ours("http://127.0.0.1:8080", "http://example.com:8080")


def test_a_write_that_the_browser_calls_cross_site_is_403(fast: RunningService) -> None:
    notes = fast.json("/notes")
    for origin in ({}, {"origin": fast.url}):
        headers = {"sec-fetch-site": "cross-site", **origin}
        assert fast.client.post("/notes", json=NOTE, headers=headers).status_code == 403
    assert fast.json("/notes") == notes


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none", "", "x"])
def test_otherwise_the_origin_decides(fast: RunningService, site: str) -> None:
    evil = {"origin": "http://evil.example", "host": "evil.example"}
    for origin, status in (({}, 201), ({"origin": "https://sub.localhost"}, 403), (evil, 403)):
        headers = {"sec-fetch-site": site, **origin}
        assert fast.client.post("/notes", json=NOTE, headers=headers).status_code == status


@pytest.mark.parametrize("origin", ["https://notes.example", "\x85\xff\t" + "é" * 5000])
def test_the_first_refused_origin_is_logged_with_what_to_set(
    fast: RunningService, caplog: pytest.LogCaptureFixture, origin: str
) -> None:
    fast.service_state.has_logged_origin = False
    for sent in (origin, "https://other.example"):
        headers = httpx.Headers({"origin": sent}, encoding="latin-1")
        assert fast.client.post("/notes", json=NOTE, headers=headers).status_code == 403
    (said,) = caplog.messages
    assert f"origin {origin[:100]!a}: set NOTES_PUBLIC_URL" in said
    assert said.isprintable()
