"""`make new`: write the repository of a new service, a copy of examples/bookshelf.

NAME and DEST are in the environment. `--check` only checks them, and needs no package. Exit codes:
1 it fails, 2 an argument is wrong; both with one line, and nothing is written.
"""

import keyword
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ROOT = Path(__file__).parents[1]

if "--check" in sys.argv:  # importing the package itself needs node's wheel
    sys.modules["ishizue_ops"] = ModuleType("ishizue_ops")
    sys.modules["ishizue_ops"].__path__ = [str(ROOT / "packages/ishizue-ops/src/ishizue_ops")]

from ishizue_ops.names import validated  # noqa: E402
from ishizue_ops.update import __main__ as update  # noqa: E402

EXAMPLE = ROOT / "examples" / "bookshelf"

_OWN = {"infra", "ishizue", "tests"}
"""Packages of a new repository besides the service's and its requirements."""

_AUTHOR = ("-c", "user.name=make new", "-c", "user.email=make-new@localhost")
# The user's own settings must not stop the first commit.
_PLAIN = ("-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false")


class ArgumentError(Exception):
    """NAME or DEST is missing or wrong; the message is one line."""


class Name(NamedTuple):
    """`WaterLog` names the stacks, `waterlog` the package, `WATERLOG_…` the settings."""

    title: str

    @property
    def slug(self) -> str:
        return self.title.lower()

    def rename(self, content: bytes) -> bytes:
        """The content with this name in the three spellings of the example's."""
        for old, new in (
            (b"bookshelf", self.slug),
            (b"Bookshelf", self.title),
            (b"BOOKSHELF", self.title.upper()),
        ):
            content = content.replace(old, new.encode())
        return content


def main() -> int:
    """Run the command."""
    try:
        name, dest = arguments(os.environ.get("NAME", ""), os.environ.get("DEST", ""))
        if "--check" not in sys.argv:
            create(name, dest)
            print(f"{shlex.quote(str(dest))} is ready: cd {shlex.quote(str(dest))} && make run")
    except ArgumentError as error:
        print(f"new: {error}", file=sys.stderr)
        return 2
    except (OSError, subprocess.CalledProcessError, update.UpdateError) as error:
        reason = getattr(error, "stderr", None) or str(error)
        print(f"new: {reason.strip().splitlines()[-1]}", file=sys.stderr)
        return 1
    return 0


def arguments(name: str, dest: str) -> tuple[Name, Path]:
    """Check the arguments, and that git is here. Raises ArgumentError."""
    for variable, given in (("NAME", name), ("DEST", dest)):
        if not given:
            raise ArgumentError(f"set {variable}: make new NAME=water-log DEST=../water-log")
    if shutil.which("git") is None:
        raise ArgumentError("git is missing: install it")
    return parsed(name), _new_folder(dest)


def parsed(text: str) -> Name:
    """`waterlog`, `WaterLog` or `water-log`. Raises ArgumentError."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*", text):
        raise ArgumentError(
            f"NAME={text!r}: use letters and digits, starting with a letter, such as water-log"
        )
    title = "".join(part[0].upper() + part[1:] for part in re.split("[-_]", text))
    try:
        name = Name(validated(title))
    except ValueError as error:
        raise ArgumentError(str(error)) from None
    taken = _OWN | sys.stdlib_module_names | set(keyword.kwlist) | _requirements()
    if name.slug in taken:
        raise ArgumentError(
            f"NAME={text!r}: Python or a package that the service needs is called {name.slug}: "
            "use another name"
        )
    return name


def _requirements() -> set[str]:
    """The packages that a service installs, without the dashes that no module has."""
    lock = (EXAMPLE / "requirements" / "dev.txt").read_text(encoding="utf-8")
    return {re.sub("[-_.]", "", pin) for pin in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}


def _new_folder(text: str) -> Path:
    """The folder, which does not exist or is empty. Raises ArgumentError."""
    dest = Path(os.path.normpath(Path(text).expanduser().absolute()))
    if dest.resolve().is_relative_to(ROOT):
        raise ArgumentError(f"DEST={text}: is within this repository: use a folder beside it")
    try:
        if dest.exists() and (not dest.is_dir() or any(dest.iterdir())):
            raise ArgumentError(f"DEST={text}: exists already: use a new or an empty folder")
        with tempfile.TemporaryDirectory(dir=_existing(dest.parent)):
            return dest
    except OSError as error:
        reason = f"nothing can be written there: {error.strerror}"
        raise ArgumentError(f"DEST={text}: {reason}") from None


def _existing(folder: Path) -> Path:
    """The folder, or its closest parent that exists."""
    return folder if folder.exists() else _existing(folder.parent)


def create(name: Name, dest: Path) -> None:
    """Write the new repository. Raises OSError, CalledProcessError and UpdateError."""
    # The draft is beside its place, so that a rename is the last step.
    with tempfile.TemporaryDirectory(prefix=f".{dest.name}-", dir=_existing(dest.parent)) as parent:
        draft = Path(parent, "draft")
        wheels = Path(parent, "wheels")
        copy(name, draft)
        # No modules are compiled: the commit would have them.
        _run([sys.executable, "-B", "-m", "ishizue_ops", "runbook"], draft)
        update.build(ROOT, wheels)
        update.write(wheels, draft / update.VENDOR)
        _git(draft, "init", "--quiet", "--initial-branch=main")
        # The user's own patterns may ignore some of these files.
        _git(draft, "add", "--all", "--force")
        _git(draft, "commit", "--quiet", "--message", f"{name.title}, as `make new` wrote it")
        dest.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(dest)


def copy(name: Name, to: Path) -> None:
    """Copy what git tracks of the example, under another name."""
    for file in update.tracked(EXAMPLE):
        path = to / os.fsdecode(name.rename(os.fsencode(file)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.rename((EXAMPLE / file).read_bytes()))
    # Names of another length and initial order imports and fill lines differently.
    ruff = Path(sys.executable).with_name("ruff")
    for command in (("check", "--select=I", "--fix"), ("format",)):
        _run([str(ruff), *command, "--quiet", "--no-cache", "."], to)


def _git(folder: Path, *command: str) -> None:
    _run(["git", *_AUTHOR, *_PLAIN, *command], folder)


def _run(command: list[str], folder: Path) -> None:
    # A hook sets GIT_DIR and the like, which would name another repository.
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True, text=True)


if __name__ == "__main__":
    sys.exit(main())
