"""What the documents name exists: links, pictures, paths, make targets."""

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
FOLDERS = [
    ROOT,
    ROOT / "src" / "kirosample",
    ROOT / "packages" / "ishizue" / "src" / "ishizue",
    ROOT / "packages" / "ishizue-ops" / "src" / "ishizue_ops",
]
"""The folders that paths in documents are relative to."""

PATH = re.compile(
    r"(?:src|packages|infra|tests|tools|benchmarks|docs|requirements)/[\w./-]+|\w[\w./-]*/[\w-]+\.py"
)


MAX_ENGLISH_WORDS = 30_000
"""The words of all English pages in `docs`: what is added takes the place of something."""

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


def english_words() -> dict[str, int]:
    pages = [page for page in (ROOT / "docs").rglob("*.md") if not page.name.endswith(".ja.md")]
    return {page.name: len(page.read_text(encoding="utf-8").split()) for page in pages}


def test_the_english_pages_stay_readable() -> None:
    words = english_words()
    assert sum(words.values()) <= MAX_ENGLISH_WORDS, words


@every_document
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@every_document
def test_every_path_set_as_code_exists(page: Path) -> None:
    paths = [path for path in code(page) if PATH.fullmatch(path)]
    assert [path for path in paths if not any((at / path).exists() for at in FOLDERS)] == []


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


@pytest.mark.parametrize(
    "page", [page for page in DOCUMENTS if page.name.endswith(".ja.md")], ids=lambda page: page.name
)
def test_a_japanese_page_marks_each_link_to_an_english_one(page: Path) -> None:
    text = re.sub(r"^English: .*", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    unmarked = re.findall(r"\]\(([\w./-]+\.md)(?:#[^)]*)?\)(?!（英語）)", text)
    assert [link for link in unmarked if not link.endswith(".ja.md")] == []


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
