"""`make new`: write the repository of a new service, or today's version onto its branch."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.new import answers, generated, repository, tree
from tools.new.answers import Answers
from tools.new.repository import BRANCH, GitError

BIN = Path(sys.executable).parent

ANSWERS = ("NAME", "DATABASE", "PAGE", "REPOSITORY")


def main() -> int:
    """Run the command: 0; 1 if it fails; 2 for bad input. After an error nothing has changed."""
    given = {name: os.environ.get(name, "") for name in ANSWERS}
    try:
        if shutil.which("git") is None:
            raise ValueError("git is missing: install it")
        if not (tree.ROOT / ".git").exists():
            raise ValueError(f"{tree.ROOT} is no git repository: use a clone")
        updating = _yes("UPDATE")
        dest = _folder(os.environ.get("DEST", ""))
        if updating:
            _nothing_else(given)
            return update(dest, answers.recorded(dest))
        _must_be_new(dest)
        return create(dest, answers.read(*given.values()))
    except ValueError as error:
        print(f"new: {error}", file=sys.stderr)
        return 2
    except (OSError, GitError, tree.TemplateError) as error:
        print(f"new: {error}", file=sys.stderr)
        return 1


def create(dest: Path, wanted: Answers) -> int:
    """Write the new repository."""
    # Beside its place, so that a rename is the last step.
    with tempfile.TemporaryDirectory(prefix=f".{dest.name}-", dir=_existing(dest.parent)) as parent:
        draft = Path(parent) / dest.name
        write(draft, wanted)
        repository.create(draft, wanted)
        dest.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(dest)
    print(f"{dest} is ready: cd {dest} && make run")
    return 0


def update(dest: Path, wanted: Answers) -> int:
    """Write what `make new` writes today onto the repository's branch."""
    with tempfile.TemporaryDirectory(prefix="make-new-") as parent:
        draft = Path(parent) / "draft"
        with repository.emptied_branch(dest, draft):
            write(draft, wanted)
            changed = repository.update(draft, wanted)
    print(f"next: cd {dest} && git merge {BRANCH}" if changed else "nothing has changed")
    return 0


def write(dest: Path, wanted: Answers) -> None:
    """Write the new repository's files, formatted, and what is generated from them."""
    print(f"Writing {wanted.name.title}…", flush=True)
    tree.write(dest, wanted)
    # What ruff cannot mend is for `make check` there.
    for ruff in (("check", "--fix", "--exit-zero"), ("format",)):
        subprocess.run([BIN / "ruff", *ruff, "--silent", "--no-cache", "."], cwd=dest, check=True)
    print("Pricing and drawing its design…", flush=True)
    generated.write(dest)


def _folder(text: str) -> Path:
    if not text:
        raise ValueError("set DEST, the folder of the new repository: make new NAME=… DEST=…")
    dest = Path(os.path.normpath(Path(text).expanduser().absolute()))
    if dest.resolve().is_relative_to(tree.ROOT):
        raise ValueError(f"DEST={text}: is within this repository: use a folder beside it")
    return dest


def _must_be_new(dest: Path) -> None:
    if dest.exists() and (not dest.is_dir() or any(dest.iterdir())):
        raise ValueError(f"DEST={dest}: exists already: use a new or an empty folder")


def _nothing_else(given: dict[str, str]) -> None:
    if more := [name for name, value in given.items() if value]:
        raise ValueError(f"{more[0]}: leave it out: {answers.FILE} in DEST has the answers")


def _yes(name: str) -> bool:
    value = os.environ.get(name, "")
    if value not in ("", "yes", "no"):
        raise ValueError(f"{name}={value!r}: use yes or no")
    return value == "yes"


def _existing(folder: Path) -> Path:
    """The folder, or its closest parent that exists."""
    return folder if folder.exists() else _existing(folder.parent)


if __name__ == "__main__":
    sys.exit(main())
