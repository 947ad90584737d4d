"""Signed events are received, and all others are refused."""

import pytest
from ishizue.testing.postgres import fetch

from inbox.hooks import MAX_BODY, TOLERANCE_SECONDS
from tests.conftest import Post


def test_an_event_is_stored_as_it_was_sent_and_once(post: Post, database: str) -> None:
    body = b'{ "order": 1 }\r\n\xff'
    assert [post("a", body).status_code for _ in range(3)] == [202, 200, 200]
    assert post("b", b"").status_code == 202
    assert fetch(database, "SELECT id, body FROM events ORDER BY id") == [("a", body), ("b", b"")]


def test_the_largest_body_is_256_kib(post: Post, database: str) -> None:
    assert post("large", bytes(MAX_BODY)).status_code == 202
    assert post("larger", bytes(MAX_BODY + 1)).status_code == 413
    assert fetch(database, "SELECT length(body) FROM events") == [(256 * 1024,)]


@pytest.mark.parametrize(
    ("id_", "key", "age"),
    [
        ("a", "another key", 0),
        ("a", "", 0),
        ("", "a key that only tests have", 0),
        ("a" * 101, "a key that only tests have", 0),
        ("a", "a key that only tests have", TOLERANCE_SECONDS + 60),
        ("a", "a key that only tests have", -TOLERANCE_SECONDS - 60),
    ],
)
def test_what_is_not_signed_now_is_refused(
    post: Post, database: str, id_: str, key: str, age: int
) -> None:
    assert post(id_, b"{}", key=key, age=age).status_code == 401
    assert fetch(database, "SELECT id FROM events") == []


def test_one_of_two_signatures_is_enough(post: Post) -> None:
    assert post("a", b"{}", more="v1,b2xk v1a,bmV3 ").status_code == 202
