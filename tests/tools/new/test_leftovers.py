"""Nothing of the portal is in a new repository, by words that are computed from its code."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kirosample.routes import ROUTES
from kirosample.settings import OPTIONS
from tests.tools.new.conftest import ROOT
from tools.new import tree

ABOUT = (
    "kiro",
    "portal",
    "new visitor",
    "zodiac",
    "rokuyo",
    "favorite",
    "cookie key",
    "cookie-key",
)
"""Words for what the portal is, beside those that its code has."""

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("[a-z]*/")}


def dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"].values()
    listed = [*project["project"]["dependencies"], *(one for group in groups for one in group)]
    return {re.split(r"[=<>]", one)[0] for one in listed if isinstance(one, str)}


def texts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file's path, and its text; a binary file has none."""
    for path in folder.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            try:
                yield path.relative_to(folder), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                yield path.relative_to(folder), ""


@pytest.fixture(scope="session")
def words(bookshelf: Path) -> re.Pattern[str]:
    """The portal's packages, tables, settings, dependencies and paths that the service lacks."""
    source, package = ROOT / "src" / "kirosample", bookshelf / "src" / "bookshelf"
    migrations = "".join(path.read_text() for path in source.glob("*/migrations/*.sql"))
    tables = set(re.findall(r"CREATE (?:TABLE|INDEX) (\w+)", migrations))
    settings = {option.name.removeprefix("KIROSAMPLE_") for option in OPTIONS}
    common = bookshelf / "packages" / "ishizue" / "src" / "ishizue" / "settings.py"
    settings -= set(re.findall(r"[A-Z_]+", common.read_text()))
    folders = (package, bookshelf / "packages")
    code = "".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    locked = "".join(path.read_text() for path in bookshelf.glob("requirements/*.txt"))
    served = {path for _, path, *_ in ROUTES if re.fullmatch("/[a-z]+", path)}
    lacking = {
        "packages": names(source) - names(package),
        "tables": tables,
        "settings": settings,
        "dependencies": {name for name in dependencies() if f"{name}==" not in locked},
        "paths": {path for path in served if f'"{path}"' not in code},
    }
    assert all(len(found) > 1 for found in lacking.values()), lacking
    either = {kind: "|".join(map(re.escape, sorted(found))) for kind, found in lacking.items()}
    paths = either.pop("paths")
    about = "|".join(map(re.escape, ABOUT))
    whole = "|".join(either.values())
    return re.compile(rf"\b(?:{whole})\b|[\"'` ](?:{paths})[\"'`?]|{about}", re.IGNORECASE)


def test_no_word_of_the_portal_is_left(bookshelf: Path, words: re.Pattern[str]) -> None:
    """But in the packages, which are tested as if no product were installed."""
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in texts(bookshelf)
        for number, line in enumerate([str(path), *text.splitlines()])
        if path.parts[0] != "packages" and words.search(line.replace("in quotes", ""))
    ]
    assert not found, "\n".join(found)


def test_it_speaks_english(bookshelf: Path) -> None:
    """But for tests' examples of text that is not ASCII."""
    found = [
        str(path)
        for path, text in texts(bookshelf)
        if "tests" not in path.parts and JAPANESE.search(text)
    ]
    assert not found


def test_it_has_no_font_and_no_picture_of_the_portal(bookshelf: Path) -> None:
    binary = [str(path) for path, text in texts(bookshelf) if not text]
    assert not [name for name in binary if re.search(r"\.(woff2?|ttf|otf|png|bin)$", name)]


def test_every_module_can_be_imported_without_the_portal(bookshelf: Path) -> None:
    script = """
import importlib, pkgutil, sys
sys.modules["kirosample"] = None
import bookshelf
for module in pkgutil.walk_packages(bookshelf.__path__, "bookshelf."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(bookshelf / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_a_file_that_git_does_not_track_is_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in (["init", "--quiet"], ["add", "tracked"]):
        for name in ("tracked", "untracked", ".env"):
            (tmp_path / name).touch()
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    for name, path in {
        "ROOT": tmp_path,
        "LEFT_OUT": tmp_path / "tracked",
        "EXAMPLE": tmp_path / "example",
        "PAGE": tmp_path / "page",
    }.items():
        monkeypatch.setattr(tree, name, path)
    assert list(tree.files()) == ["tracked"]
