"""A visitor is an anonymous number in a signed cookie."""

from itertools import pairwise
from typing import Any
from uuid import RFC_4122, UUID, uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ishizue.http.context import RequestContext
from ishizue.visitors.cookies import COOKIE, HOST_COOKIE, MAX_VERIFIED, Visitors, new_visitor


def test_keys_rotate_as_in_the_operations_guide_without_losing_visitors() -> None:
    def accept_each_other(ours: tuple[bytes, ...], theirs: tuple[bytes, ...]) -> bool:
        tasks = (Visitors(ours), Visitors(theirs))  # old and new ones of a deployment
        visitor = uuid4()
        return all(to.verify(by.sign(visitor)) == visitor for by in tasks for to in tasks)

    steps = ((b"old",), (b"old", b"new"), (b"new", b"old"))
    assert all(accept_each_other(before, after) for before, after in pairwise(steps))
    assert not accept_each_other(steps[0], steps[2]), "the new key first at once"
    assert not accept_each_other((b"ours",), (b"another",))


@given(st.integers(0, 4_000_000_000), st.floats(0, 3599.9), st.floats(0, 3599.9))
def test_a_new_visitors_id_tells_its_hour_and_nothing_finer(
    hour: int, early: float, late: float
) -> None:
    hour -= hour % 3600
    made = [new_visitor(hour + second) for second in (early, late)]
    assert made[0] != made[1]
    for visitor in made:
        assert (visitor.version, visitor.variant) == (7, RFC_4122)
        assert visitor.int >> 80 == hour * 1000
        assert Visitors((b"key",)).verify(Visitors((b"key",)).sign(visitor)) == visitor


@given(st.text())
@example("." + "a" * 44)  # not base64
@example(Visitors((b"key",)).sign(uuid4())[:-1] + "é")
def test_arbitrary_text_is_no_visitor(cookie: str) -> None:
    assert Visitors((b"key",)).verify(cookie) is None


def with_cookies(*headers: str, scheme: str = "http") -> RequestContext:
    sent = [(b"cookie", header.encode("latin-1")) for header in headers]
    scope = {"type": "http", "scheme": scheme, "headers": [(b"host", b"x"), *sent]}
    never: Any = None
    return RequestContext(scope, never, never, never)


@pytest.mark.parametrize(("name", "scheme"), [(COOKIE, "http"), (HOST_COOKIE, "https")])
def test_every_cookie_of_our_name_is_looked_at(name: str, scheme: str) -> None:
    visitors = Visitors((b"key",))
    visitor = uuid4()
    ours = f"{name}={visitors.sign(visitor)}"
    forged = f"{name}={Visitors((b'another',)).sign(uuid4())}"
    for headers in (
        [ours],
        [f"a=b; {ours}; c=d"],
        [f"{ours}; {name}=another"],
        [f"{name}=another;{ours};{name}="],
        [f"{ours} ;a=b"],
        [f"{ours}; {ours}"],
        [forged, ours],
        [f"{name}=x; " * 1000 + ours],
        ["a=b", ours],
        [f'x="{name}=y; {ours}'],
    ):
        assert visitors.of(with_cookies(*headers, scheme=scheme)) == visitor, headers
    for headers in ([], [""], [f"x{ours}"], [f"a={ours}"], [f"a b{ours}"], [f"{ours}x"]):
        assert visitors.of(with_cookies(*headers, scheme=scheme)) is None, headers


@pytest.mark.parametrize(("name", "scheme"), [(COOKIE, "http"), (HOST_COOKIE, "https")])
def test_two_valid_visitors_count_as_none(name: str, scheme: str) -> None:
    old, both = Visitors((b"old",)), Visitors((b"new", b"old"))
    visitor, attacker = uuid4(), uuid4()
    ours, theirs = f"{name}={both.sign(visitor)}", f"{name}={both.sign(attacker)}"
    for header in (f"{theirs}; {ours}", f"{ours}; {theirs}"):
        assert both.of(with_cookies(header, scheme=scheme)) is None
    rotated = f"{ours}; {name}={old.sign(visitor)}"
    assert both.of(with_cookies(rotated, scheme=scheme)) == visitor, "one visitor, with both keys"


@pytest.mark.parametrize(
    ("name", "other", "scheme"), [(COOKIE, HOST_COOKIE, "http"), (HOST_COOKIE, COOKIE, "https")]
)
def test_a_scheme_has_one_name(name: str, other: str, scheme: str) -> None:
    visitors = Visitors((b"key",))
    visitor = uuid4()
    ours, theirs = f"{name}={visitors.sign(visitor)}", f"{other}={visitors.sign(uuid4())}"
    for header in (f"{theirs}; {ours}", f"{ours}; {theirs}", f"{f'{other}=x; ' * 4}{ours}"):
        assert visitors.of(with_cookies(header, scheme=scheme)) == visitor
    for header in (theirs, f"{name}=x; {theirs}", f"a={ours}", f"a{ours}", ours.swapcase()):
        assert visitors.of(with_cookies(header, scheme=scheme)) is None


def test_the_number_of_verified_cookies_is_bounded() -> None:
    verified: list[str] = []

    class Counting(Visitors):
        def verify(self, cookie: str) -> UUID | None:
            verified.append(cookie)
            return super().verify(cookie)

    ours, forger = Counting((b"key",)), Visitors((b"another",))
    real = f"visitor={ours.sign(uuid4())}"
    forged = [f"visitor={forger.sign(uuid4())}" for _ in range(MAX_VERIFIED)]
    assert ours.of(with_cookies("; ".join([*forged[1:], real]))) is not None
    assert len(verified) == MAX_VERIFIED
    assert ours.of(with_cookies("; ".join([*forged, real]))) is None
    assert len(verified) == MAX_VERIFIED
