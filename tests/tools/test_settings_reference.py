"""docs/settings.md is current."""

from pathlib import Path

from tools.settings_reference import render

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_document_is_the_generated_one() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render(), (
        "run `python -m tools.settings_reference > docs/settings.md`"
    )
