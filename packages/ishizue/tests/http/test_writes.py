"""Writes are guarded unless they say why not; forms and JSON are converted by the same types."""

from typing import Any

import httpx
import pytest
from tests.http.standin import TRUSTED, serving_standin

from ishizue.http.security.clients import SITE_CLIENTS, WRITE_BURST
from ishizue.http.write_guard import WriteGuard, is_own_origin
from ishizue.testing.running import RunningService

ELSEWHERE = {"origin": "https://evil.example"}
TEXT = {"text": "a note"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_another_origin_is_refused_whatever_the_method(fast: RunningService, method: str) -> None:
    path = "/notes" if method == "POST" else "/notes/1"
    refused = fast.client.request(method, path, json={"text": 5}, headers=ELSEWHERE)
    assert refused.status_code == 403, "before the body is read"
    if method != "POST":
        assert fast.client.request(method, path, json=TEXT).json() == TEXT


def test_a_page_s_form_is_guarded_like_the_api_and_a_handler_may_say_why_not(
    fast: RunningService,
) -> None:
    assert fast.client.post("/glasses", data={}, headers=ELSEWHERE).status_code == 403
    assert fast.client.post("/hook", headers=ELSEWHERE).text == "heard"


def test_a_client_that_writes_too_much_waits_and_others_do_not() -> None:
    now = [0.0]
    guard = WriteGuard(60, lambda: now[0])
    with serving_standin(proxies=TRUSTED, admit=guard) as running:

        def status(address: str, **headers: str) -> int:
            sent = {"X-Forwarded-For": address, **headers}
            return running.client.post("/tick", headers=sent).status_code

        for _ in range(WRITE_BURST):
            assert status("192.0.2.1") == 200
        assert status("192.0.2.1") == 429
        assert status("192.0.2.2") == 200
        now[0] += 1
        assert (status("192.0.2.1"), status("192.0.2.1")) == (200, 429)
        assert status("192.0.2.3", **ELSEWHERE) == 403
        for network in range(SITE_CLIENTS):
            for _ in range(WRITE_BURST):
                assert status(f"2001:db8:1:{network}::1") == 200
        assert status("2001:db8:1:ffff::1") == 429, "the site has used its share"
        assert status("2001:db8:2::1") == 200


@pytest.mark.parametrize(
    ("typed", "glass"),
    [
        ({"millilitres": "250"}, {"millilitres": 250}),
        ({"millilitres": "250", "drunk_on": "", "litres": "", "note": ""}, {"millilitres": 250}),
        (
            {"millilitres": "1", "drunk_on": "2026-11-24", "litres": "0.5", "note": "50"},
            {"millilitres": 1, "drunk_on": "2026-11-24", "litres": 0.5, "note": "50"},
        ),
        ({"millilitres": "2", "warm": "on"}, {"millilitres": 2, "warm": True}),
        ({"millilitres": "2", "warm": "false"}, {"millilitres": 2}),
    ],
)
def test_a_form_is_converted_to_its_types(
    fast: RunningService, typed: dict[str, str], glass: dict[str, Any]
) -> None:
    poured = fast.client.post("/glasses", data=typed)
    assert poured.status_code == 200, poured.text
    absent = {"warm": False, "drunk_on": None, "litres": None, "served": 0, "note": ""}
    assert poured.json() == absent | glass


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(("millilitres", text) for text in ("", "0", "5001", "1e1", " 1", "１", "x", "0x1")),
        *(("drunk_on", text) for text in ("yesterday", "2026-02-30")),
        *(("litres", text) for text in ("half", "nan", "-inf", "Infinity", "1e999", "9" * 4000)),
        *(("served", text) for text in ("9" * 4000, "-" + "9" * 4000, "1e1", "nan", "1.0")),
        ("warm", "perhaps"),
        ("note", "a\0b"),
    ],
)
def test_what_is_typed_wrongly_is_422_and_named(
    fast: RunningService, field: str, text: str
) -> None:
    refused = fast.client.post("/glasses", data={"millilitres": "250", field: text})
    assert (refused.status_code, refused.json()["field"]) == (422, field)


def test_a_nul_is_refused_in_json_and_its_six_characters_are_not(fast: RunningService) -> None:
    refused = fast.client.put("/notes/1", json={"text": "a\0b"})
    assert (refused.status_code, refused.json()["field"]) == (422, "text")
    spelled = {"text": r"a\u0000b"}
    assert fast.client.put("/notes/1", json=spelled).json() == spelled


@pytest.mark.parametrize("number", ["0", "-1", "1.0", "x", "１"])
def test_a_parameter_of_a_path_that_its_type_refuses_is_404(
    fast: RunningService, number: str
) -> None:
    assert fast.client.put(f"/notes/{number}", json=TEXT).status_code == 404


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
        assert fast.client.post("/notes", json=TEXT, headers=headers).status_code == 403
    assert fast.json("/notes") == notes


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none", "", "x"])
def test_otherwise_the_origin_decides(fast: RunningService, site: str) -> None:
    evil = {"origin": "http://evil.example", "host": "evil.example"}
    for origin, status in (({}, 201), ({"origin": "https://sub.localhost"}, 403), (evil, 403)):
        headers = {"sec-fetch-site": site, **origin}
        assert fast.client.post("/notes", json=TEXT, headers=headers).status_code == status


@pytest.mark.parametrize("origin", ["https://notes.example", "\x85\xff\t" + "é" * 5000])
def test_the_first_refused_origin_is_logged_with_what_to_set(
    fast: RunningService, caplog: pytest.LogCaptureFixture, origin: str
) -> None:
    fast.service_state.has_logged_origin = False
    for sent in (origin, "https://other.example"):
        headers = httpx.Headers({"origin": sent}, encoding="latin-1")
        assert fast.client.post("/notes", json=TEXT, headers=headers).status_code == 403
    (said,) = caplog.messages
    assert f"origin {origin[:100]!a}: set NOTES_PUBLIC_URL" in said
    assert said.isprintable()
