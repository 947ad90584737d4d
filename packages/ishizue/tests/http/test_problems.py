"""What a problem says, whatever a client has put into its message and values."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ishizue.http.problems import Problem, filled

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


@pytest.mark.parametrize(
    ("status", "name"),
    [(413, "Content Too Large"), (422, "Unprocessable Content"), (404, "Not Found")],
)
def test_a_status_has_the_same_name_on_every_python(status: int, name: str) -> None:
    """RFC 9110, 15.5."""
    assert json.loads(bytes(Problem(status, "no").as_json().body))["title"] == name
