"""`make new NAME=… DEST=…`: write the repository of a new service."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.new import answers, repository, tree
from tools.new.answers import Answers

BIN = Path(sys.executable).parent


def main() -> int:
    """Run the command: 0; 1 if it fails; 2 for bad input, and nothing is written."""
    given = {name: os.environ.get(name, "") for name in ("NAME", "DATABASE", "PAGE", "REPOSITORY")}
    try:
        if shutil.which("git") is None:
            raise ValueError("git is missing: install it")
        dest = _destination(os.environ.get("DEST", ""))
        wanted = answers.read(*given.values())
    except ValueError as error:
        print(f"new: {error}", file=sys.stderr)
        return 2
    # Beside its place, so that the last step is a rename: all of it appears, or nothing.
    dest.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{dest.name}-", dir=dest.parent) as parent:
        draft = Path(parent) / dest.name
        write(draft, wanted)
        repository.create(draft, wanted)
        if dest.exists():
            dest.rmdir()
        draft.rename(dest)
    print(f"{dest}: next: cd {dest} && make run")
    return 0


def write(dest: Path, wanted: Answers) -> None:
    """Write the new repository's files, formatted, and what is generated from them."""
    print(f"Writing {wanted.name.title}…", flush=True)
    tree.write(dest, wanted)
    for ruff in (("check", "--fix"), ("format",)):
        subprocess.run([BIN / "ruff", *ruff, "--quiet", "--no-cache", "."], cwd=dest, check=True)


def _destination(text: str) -> Path:
    """Where to write. Raises ValueError unless it is new, or an empty folder."""
    if not text:
        raise ValueError("set DEST, the folder of the new repository: make new NAME=… DEST=…")
    dest = Path(text).expanduser().absolute()
    if dest.is_relative_to(tree.ROOT):
        raise ValueError(f"DEST={text}: is within this repository: use a folder beside it")
    if dest.exists() and (not dest.is_dir() or any(dest.iterdir())):
        raise ValueError(f"DEST={text}: exists already: use a new or an empty folder")
    return dest


if __name__ == "__main__":
    sys.exit(main())
