"""A visitor is an anonymous number in a signed cookie."""

from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kirosample.http.context import RequestContext
from kirosample.web.visitors import COOKIES_TRIED, Visitors


def test_only_a_cookie_signed_with_our_keys_is_a_visitor() -> None:
    visitors, others = Visitors((b"one", b"two")), Visitors((b"three",))
    for _ in range(100):
        visitor = uuid4()
        assert visitors.verify(visitors.sign(visitor)) == visitor
        assert visitors.verify(Visitors((b"two",)).sign(visitor)) == visitor
        assert visitors.verify(others.sign(visitor)) is None


def test_keys_rotate_as_in_the_operations_guide_without_losing_visitors() -> None:
    def accept_each_other(one: tuple[bytes, ...], other: tuple[bytes, ...]) -> bool:
        tasks = (Visitors(one), Visitors(other))  # old and new ones of a deployment
        visitor = uuid4()
        return all(to.verify(by.sign(visitor)) == visitor for by in tasks for to in tasks)

    steps = ((b"old",), (b"old", b"new"), (b"new", b"old"))
    assert all(accept_each_other(before, after) for before, after in pairwise(steps))
    assert not accept_each_other(steps[0], steps[2]), "the new key first at once"


@given(st.text())
@example("." + "a" * 44)  # not base64
def test_arbitrary_text_is_no_visitor(cookie: str) -> None:
    assert Visitors((b"key",)).verify(cookie) is None


def test_a_cookie_whose_signature_is_not_ascii_is_no_visitor() -> None:
    signed = Visitors((b"key",)).sign(uuid4())
    assert Visitors((b"key",)).verify(signed[:-1] + "é") is None


def with_cookies(*headers: str) -> RequestContext:
    sent = [(b"cookie", header.encode("latin-1")) for header in headers]
    scope = {"type": "http", "headers": [(b"host", b"x"), *sent]}
    never: Any = None
    return RequestContext(scope, never, never, never)


def test_any_of_the_first_cookies_with_our_name_counts() -> None:
    visitors, visitor = Visitors((b"key",)), uuid4()
    ours = f"visitor={visitors.sign(visitor)}"
    for headers in (
        [ours],
        [f"a=b; {ours}; c=d"],
        [f"{ours}; visitor=another"],
        [f"visitor=another;{ours};visitor="],
        ["a=b", ours],
        [f'x="visitor=y; {ours}'],
    ):
        assert visitors.of(with_cookies(*headers)) == visitor, headers
    for headers in ([], [""], [f"x{ours}"], [f"a={ours}"], [f"a b{ours}"], [f"{ours}x"]):
        assert visitors.of(with_cookies(*headers)) is None, headers
    stuffed = "visitor=x;" * COOKIES_TRIED
    assert visitors.of(with_cookies(stuffed + ours)) is None


def test_the_number_of_verified_cookies_is_bounded() -> None:
    verified: list[str] = []

    class Counting(Visitors):
        def verify(self, cookie: str) -> UUID | None:
            verified.append(cookie)
            return super().verify(cookie)

    forged = Visitors((b"another",)).sign(uuid4())
    assert Counting((b"key",)).of(with_cookies(f"visitor={forged};" * 1000)) is None
    assert len(verified) == COOKIES_TRIED


@pytest.mark.parametrize(
    "unquoted", ['a="' + "\\" * 65_000 + '"', 'visitor="' + '\\"' * 32_000 + '"']
)
def test_cookies_are_parsed_without_http_cookies(
    monkeypatch: pytest.MonkeyPatch, unquoted: str
) -> None:
    # http.cookies takes 8 s for the first on Python 3.11.7, before CVE-2024-7592 was fixed.
    def never(_: str) -> str:
        raise AssertionError("http.cookies was asked")

    monkeypatch.setattr("http.cookies._unquote", never)
    assert Visitors((b"key",)).of(with_cookies(unquoted)) is None
