"""docs/settings.md and docs/settings.ja.md are current, and say the same."""

import re
from pathlib import Path

import pytest

from tools.settings_reference import render

ROOT = Path(__file__).parents[2]
PAGES = render()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_document_is_the_generated_one(page: Path) -> None:
    written = (ROOT / page).read_text(encoding="utf-8")
    assert written == PAGES[page], "run `python -m tools.settings_reference`"


def test_both_languages_have_the_same_values_and_figures() -> None:
    english, japanese = (
        {row.split("`")[1]: row for row in re.findall(r"^\| `.*", text, re.MULTILINE)}
        for text in (PAGES[Path(f"docs/settings{suffix}.md")] for suffix in ("", ".ja"))
    )
    assert len(english) > 15
    for name, row in english.items():
        for pattern in ("`[^`]+`", r"(?<!\S)/?\d+|/\d+"):
            assert {*re.findall(pattern, row)} <= {*re.findall(pattern, japanese[name])}, name
