"""Regions of files are kept or cut, and their markers always."""

import pytest

from tools.new.regions import select

TEXT = """\
first
# portal
only here
# /portal
    # page
    with a page
    # /page
<!-- no-page -->
without
<!-- /no-page -->
last
"""


def test_a_region_is_kept_if_it_is_asked_for_and_its_markers_never() -> None:
    assert select(TEXT, {"page"}) == "first\n    with a page\nlast\n"
    assert select(TEXT, {"no-page"}) == "first\nwithout\nlast\n"


def test_a_region_within_another_needs_both() -> None:
    text = "# page\na\n# database\nb\n# /database\n# /page\n"
    assert select(text, {"page", "database"}) == "a\nb\n"
    assert select(text, {"page"}) == "a\n"
    assert select(text, {"database"}) == ""


def test_a_comment_that_mentions_a_region_is_no_marker() -> None:
    text = "# portal of the town\n# page 3\n"
    assert select(text, ()) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# page\n", "page is not closed"),
        ("# /page\n", "line 1: /page closes no region"),
        ("# page\n# database\n# /page\n# /database\n", "line 3: /page closes no region"),
    ],
)
def test_a_region_that_is_not_closed_is_a_defect(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        select(text, ())
