"""Whose pages may write: ours, told by an origin that is written as browsers write it."""

import pytest
from starlette.requests import Request

from kirosample import settings
from kirosample.web.requests import is_ours


def asked(origin: str | None, scheme: str = "http", port: int = 3000) -> Request:
    headers = [] if origin is None else [(b"origin", origin.encode())]
    server = ("192.0.2.1", port)
    return Request({"type": "http", "scheme": scheme, "server": server, "headers": headers})


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
def test_without_a_public_address_ours_is_where_we_listen(
    scheme: str, port: int, ours: str
) -> None:
    assert is_ours(asked(ours, scheme, port), None)
    assert is_ours(asked(None, scheme, port), None)
    for other in ("null", "", f"{ours}1", f"{ours}.evil.example", ours.replace("://", "://x")):
        assert not is_ours(asked(other, scheme, port), None)


@pytest.mark.parametrize(
    ("setting", "ours"),
    [
        ("https://Example.com/", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("http://[2001:DB8::1]:3000", "http://[2001:db8::1]:3000"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
    ],
)
def test_with_one_ours_is_that_alone(setting: str, ours: str) -> None:
    read = settings.read({"KIROSAMPLE_PUBLIC_URL": setting, "DATABASE_URL": "none"})
    assert read.public_url == ours
    assert is_ours(asked(ours), read.public_url)
    assert not is_ours(asked("http://localhost:3000"), read.public_url)


def test_a_public_address_on_this_machine_has_both_of_its_names() -> None:
    ours = "http://localhost:8080"
    assert is_ours(asked("http://127.0.0.1:8080"), ours)
    for other in ("http://127.0.0.1:3000", "https://127.0.0.1:8080", "http://x//127.0.0.1:8080"):
        assert not is_ours(asked(other), ours)
    assert not is_ours(asked("http://127.0.0.1:8080"), "http://example.com:8080")
