"""Request bodies: malformed, of another type. `protocol/` tests large and slow ones."""

from collections.abc import Iterator

import pytest

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
