"""The files of the new repository: what this one hands on, and the example."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from tools.new import requirements
from tools.new.answers import Answers
from tools.new.regions import select

ROOT = Path(__file__).parents[2]
EXAMPLE = Path(__file__).parent / "example"
PAGE = Path(__file__).parent / "page"
"""The example's files that only a service with pages gets."""

LEFT_OUT = Path(__file__).parent / "left-out.txt"


class TemplateError(Exception):
    """This repository's own files do not make a new one: a defect, which its tests find."""


def write(dest: Path, answers: Answers) -> None:
    """Write the files of the new repository. Raises TemplateError and OSError."""
    for name, source in files(page=answers.page).items():
        target = dest / answers.name.rename(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_content(name, source.read_bytes(), answers))
        target.chmod(source.stat().st_mode & 0o777)
    _requirements(dest)


def files(*, page: bool = True) -> dict[str, Path]:
    """The files of the new repository under their names here, each with its source."""
    tracked = _tracked()
    kept = {name: ROOT / name for name in tracked}
    for pattern in patterns():
        gone = {name for name in tracked if _matches(name, pattern)}
        if not gone:
            raise TemplateError(f"{LEFT_OUT.name}: {pattern} matches no file")
        kept = {name: path for name, path in kept.items() if name not in gone}
    example = {
        name.removeprefix(prefix): ROOT / name
        for prefix in (f"{folder.relative_to(ROOT)}/" for folder in (EXAMPLE, PAGE)[: 1 + page])
        for name in tracked
        if name.startswith(prefix)
    }
    return dict(sorted((kept | example).items()))


def patterns() -> Iterator[str]:
    """What is left out: a file, a folder with a slash at its end, or a pattern with `*`."""
    for line in LEFT_OUT.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _matches(name: str, pattern: str) -> bool:
    return name.startswith(pattern) if pattern.endswith("/") else fnmatch(name, pattern)


def _tracked() -> list[str]:
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _content(name: str, content: bytes, answers: Answers) -> bytes:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    try:
        text = select(text, answers.regions)
        if name.endswith(".md") and answers.repository:
            text = text.replace("OWNER/NAME", answers.repository)
        return answers.name.rename(text).encode()
    except ValueError as error:
        raise TemplateError(f"{name}: {error}") from None


def _requirements(dest: Path) -> None:
    """Remove from the locked files what no `pyproject.toml` requires any more."""
    projects = [dest / "pyproject.toml", *dest.glob("packages/*/pyproject.toml")]
    required = (_required(tomllib.loads(path.read_text(encoding="utf-8"))) for path in projects)
    direct = {re.split(r"[=<>\[ ]", one)[0] for each in required for one in each}
    for path in sorted((dest / "requirements").glob("*.txt")):
        locked = path.read_text(encoding="utf-8")
        path.write_text(requirements.without(locked, direct), encoding="utf-8")


def _required(project: dict[str, Any]) -> Iterator[str]:
    yield from project["project"]["dependencies"]
    optional = project["project"].get("optional-dependencies", {})
    for group in (optional | project.get("dependency-groups", {})).values():
        yield from (one for one in group if isinstance(one, str))
