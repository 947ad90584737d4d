"""The two READMEs name the same files, commands, addresses and settings; what is named is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGLISH, JAPANESE = ROOT / "README.md", ROOT / "README.ja.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def links(page: Path) -> list[str]:
    """Where the page leads, in its order, but for the other language's page."""
    other = {ENGLISH.name, JAPANESE.name}
    return [link for link in LINK.findall(page.read_text(encoding="utf-8")) if link not in other]


def code(page: Path) -> set[str]:
    """What is set as code, with its spaces and its comments taken out."""
    text = page.read_text(encoding="utf-8")
    lines = [
        line
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    ]
    spans = re.findall(
        r"`([^`\n]+(?:\n[^`\n]+)?)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    )
    return {" ".join(found.split("#")[0].split()) for found in (*lines, *spans)}


def test_both_lead_to_the_same_places_in_the_same_order() -> None:
    assert links(ENGLISH) == links(JAPANESE)


def test_both_name_the_same_commands_files_and_settings() -> None:
    assert code(ENGLISH) == code(JAPANESE)


@pytest.mark.parametrize("page", [ENGLISH, JAPANESE, CONTRIBUTING], ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    found = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert found
    assert [link for link in found if not (ROOT / link).exists()] == []


def test_every_target_that_is_named_is_one_of_the_makefiles() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in (ENGLISH, CONTRIBUTING):
        named = {word for found in code(page) for word in re.findall(r"^make ([a-z-]+)", found)}
        assert {"test", "test-all"} <= named <= targets
