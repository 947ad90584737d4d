"""What the documents name exists: links, pictures, make targets."""

import re
from pathlib import Path
from typing import Any

import pytest

import ishizue
import ishizue_ops
import kirosample
from kirosample.routes import OPENAPI
from tools.readme_figures import READMES, refreshed

ROOT = Path(__file__).parents[1]
LINK = re.compile(r'(?:\]\(|<img src=")([^)\s"]+)')
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
every_document = pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)


def links(page: Path) -> list[str]:
    """The page's links and pictures in the repository, without links to the other README."""
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    return [link for link in targets if "://" not in link and not link.startswith("README")]


def code(page: Path) -> set[str]:
    """Everything set as code, without comments."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    spans = re.findall(
        r"`([^`\n]+(?:\n[^`\n]+)?)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    )
    lines = [line for block in blocks for line in block.splitlines()]
    return {" ".join(part.split("#")[0].split()) for part in (*lines, *spans)}


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the page's headings, and those that the page sets itself."""
    text = page.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (?:<a .*</a>)?(.+)$", text, re.MULTILINE)
    own = re.findall(r'<a id="([\w-]+)"></a>', text)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles} | {*own}


@every_document
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@every_document
def test_every_make_target_named_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {"new", *re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)}  # of the template
    named = set(re.findall(r"(?:^|&& )make ([a-z-]+)", "\n".join(code(page)), re.MULTILINE))
    assert named <= targets or page.name == "CHANGELOG.md"  # which names those that have gone


ENGLISH, JAPANESE = READMES


def test_the_two_readmes_have_the_same_links_and_code() -> None:
    """The Japanese README links to a page's Japanese version where there is one."""
    translated = [(link, link.replace(".md", ".ja.md")) for link in links(ENGLISH)]
    here = [new if (ROOT / new).exists() else link for link, new in translated]
    assert here == links(JAPANESE)
    assert code(ENGLISH) == code(JAPANESE)


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_the_readme_states_the_computed_cost(readme: Path) -> None:
    assert refreshed(readme) == readme.read_text(encoding="utf-8"), "make generate"


@pytest.mark.parametrize(
    ("folder", "module"),
    [(".", kirosample), ("packages/ishizue", ishizue), ("packages/ishizue-ops", ishizue_ops)],
)
def test_each_distribution_has_the_version_of_its_changelog(folder: str, module: Any) -> None:
    changelog = (ROOT / folder / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.findall(r"^## ([\d.]+) - \d{4}-\d{2}-\d{2}$", changelog, re.MULTILINE)[0]
    assert newest == module.__version__
    assert OPENAPI["info"]["version"] == kirosample.__version__
