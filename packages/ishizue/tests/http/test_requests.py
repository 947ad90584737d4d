"""Request bodies and fields: malformed, of another type; `protocol/` tests large and slow ones."""

from collections.abc import Iterator
from typing import Annotated, cast

import msgspec
import pytest
from starlette.requests import Request

from ishizue.http import requests
from ishizue.http.context import RequestContext
from ishizue.http.problems import Problem
from ishizue.testing.running import RunningService

JSON = {"content-type": "application/json"}


@pytest.fixture(autouse=True)
def _adds_nothing(fast: RunningService) -> Iterator[None]:
    yield
    assert fast.json("/notes") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        *((body, 400) for body in (b"", b"{", b"\xff", b'{"text": "\xff"}', b'{"text": "x"} {}')),
        (b'{"text":' + b"[" * 8000, 422),
        (b'{"text": 5}', 422),
        (b'{"text": "x", "more": 5}', 422),
        (b"{}", 422),
    ],
)
def test_json_that_cannot_be_read_is_refused(
    fast: RunningService, body: bytes, status: int
) -> None:
    response = fast.client.post("/notes", content=body, headers=JSON)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
def test_another_content_type_is_415(fast: RunningService, kind: str) -> None:
    response = fast.client.post("/notes", content=b"{}", headers={"content-type": kind})
    assert response.status_code == 415


class Choice(msgspec.Struct):
    count: int = 0
    share: float = 0
    kind: tuple[Annotated[str, msgspec.Meta(max_length=3)], ...] = ()


def asked(query: bytes) -> RequestContext:
    scope = {"type": "http", "query_string": query}
    return cast(RequestContext, Request(scope))


def test_a_list_is_given_value_by_value_and_of_any_other_field_the_last_counts() -> None:
    assert requests.query(asked(b"kind=a&count=1&kind=b&count=2"), Choice) == Choice(
        2, 0, ("a", "b")
    )
    assert requests.query(asked(b"kind=a"), Choice) == Choice(0, 0, ("a",))
    assert requests.query(asked(b""), Choice) == Choice()


@pytest.mark.parametrize(
    "query",
    [
        b"kind=a&kind=long",
        b"kind=%00&kind=b",
        b"count=1e1",
        b"count=" + b"9" * 4000,
        b"share=nan",
        b"share=-inf",
        b"share=1e999",
    ],
)
def test_a_wrong_value_of_a_list_is_named_like_any_other(query: bytes) -> None:
    with pytest.raises(Problem) as caught:
        requests.query(asked(query), Choice)
    assert (caught.value.status, caught.value.field) == (400, query.decode().partition("=")[0])
