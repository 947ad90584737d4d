"""Routes, methods and errors, and what those say whatever a client has put into them."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.http import standin
from tests.http.standin import ROUTES, page

from ishizue.failure import DeclarationError
from ishizue.http.dispatch import CHEAP
from ishizue.http.fair_queue import Overloaded, ShareFull
from ishizue.http.problems import Problem, filled
from ishizue.testing.running import RunningService


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("POST", "/page", {"GET", "HEAD"}), ("DELETE", "/notes", {"GET", "HEAD", "POST"})],
)
def test_a_wrong_method_is_405_with_the_allowed_ones(
    fast: RunningService, method: str, path: str, allowed: set[str]
) -> None:
    response = fast.client.request(method, path)
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("method", [*sorted({name for name, *_ in ROUTES}), "HEAD", "get"])
def test_a_second_handler_and_a_method_in_small_letters_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    path = next((path for name, path, *_ in ROUTES if name == method), "/page")
    monkeypatch.setattr(standin, "ROUTES", (*ROUTES, (method, path, page, CHEAP)))
    with pytest.raises(DeclarationError, match=f"{method} {re.escape(path)}"):
        standin.standin()


def test_too_many_query_fields_are_400(fast: RunningService) -> None:
    for fields, status in ((64, 200), (65, 400), (4000, 400)):
        query = "&".join(["a"] * fields)
        assert fast.client.get(f"/page?{query}").status_code == status


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [(RuntimeError, 500, None), (Overloaded, 503, "2"), (ShareFull, 429, "2")],
)
def test_an_error_has_its_status_and_shows_no_insides(
    fast: RunningService,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
    status: int,
    retry: str | None,
) -> None:
    def broken(*_: object) -> None:
        raise error("the insides")

    monkeypatch.setattr("tests.http.standin.render", broken)
    response = fast.client.get("/page?date=broken")
    assert (response.status_code, response.headers.get("retry-after")) == (status, retry)
    assert "insides" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


TEXT = st.text() | st.text("{}ab.:!0<9,[]")


@given(title=TEXT, value=TEXT)
@example("{", "")
@example("{n:>50000000}", "1")
@example("{value.__class__}", "1")
@example("{value!r:{value}}", "9")
@example("{0} {} {missing}", "1")
def test_any_text_may_be_in_a_message_and_only_named_values_replace_a_part(
    title: str, value: str
) -> None:
    said = Problem(404, f"{title} {{value}}", values={"value": value}).detail
    begin, *parts = f"{title} ".split("{value}")
    assert said == "".join([begin, *(value + part for part in parts), value])
    assert len(said) <= len(title) + 1 + len(value) * (len(parts) + 1)
    assert filled("{value}", {"value": f"{{value}}{title}"}) == f"{{value}}{title}"
