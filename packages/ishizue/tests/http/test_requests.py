"""Request bodies and fields: malformed, of another type; `protocol/` tests large and slow ones."""

import enum
from collections.abc import Iterator
from typing import Annotated, Literal, cast

import msgspec
import pytest
from starlette.requests import Request

from ishizue.http import problems, requests
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


class Shelf(enum.Enum):
    TOP = "top"


class Entry(msgspec.Struct):
    count: Annotated[int, msgspec.Meta(ge=1, description="A number from 1.")] | None = None
    shelf: Shelf | None = None
    kind: Literal["a", "b"] = "a"


def test_an_optional_or_named_type_keeps_its_description_and_its_kind() -> None:
    fields = requests.fields_of(Entry)
    assert fields["count"] == requests.Field("A number from 1.", True, False, False, False, False)
    assert fields["shelf"].is_enumeration
    assert fields["kind"].is_enumeration


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


def test_what_a_form_expects_is_said_without_the_field_s_name() -> None:
    problem = problems.not_as_expected("count", "A number from 1.")
    invalid = requests.InvalidForm(problem, {"count": "0"})
    assert (invalid.field, invalid.detail) == ("count", "count: A number from 1.")
    assert invalid.expected == "A number from 1."
