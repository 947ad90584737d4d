"""The git repository of the new service, and the branch by which later changes reach it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.new.answers import FILE, Answers
from tools.new.tree import ROOT

BRANCH = "template"
"""Holds what `make new` wrote and nothing else: merging it takes later changes over."""

_AUTHOR = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "make new"), ("EMAIL", "make-new@localhost"))
}


class GitError(Exception):
    """git failed; the message is its last line."""


def create(folder: Path, wanted: Answers) -> None:
    """Make the folder a git repository with one commit, on `main` and on the branch."""
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _commit(folder, wanted, f"{wanted.name.title}, as `make new` wrote it")
    _git(folder, "branch", BRANCH)


@contextmanager
def emptied_branch(repository: Path, at: Path) -> Iterator[None]:
    """The branch without its files, in a worktree at this path, during the block."""
    _git(repository, "worktree", "add", "--quiet", str(at), BRANCH)
    try:
        _git(at, "rm", "-r", "--quiet", ".")
        yield
    finally:
        _git(repository, "worktree", "remove", "--force", str(at))


def update(worktree: Path, wanted: Answers) -> bool:
    """Commit what is in the worktree now; False if only the recorded commit differs."""
    _git(worktree, "add", "--all")
    if not _git(worktree, "diff", "--cached", "--name-only", "HEAD", "--", f":!{FILE}"):
        return False
    _commit(worktree, wanted, "What `make new` writes today")
    return True


def _commit(folder: Path, wanted: Answers, message: str) -> None:
    version = _git(ROOT, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    (folder / FILE).write_text(wanted.record(version), encoding="utf-8")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--no-verify", "--message", message)


def _git(folder: Path, *arguments: str) -> str:
    """The command's output. Raises GitError."""
    # A hook sets GIT_DIR and the like, which would name another repository.
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=inherited | _AUTHOR, capture_output=True, text=True
    )
    if done.returncode:
        raise GitError((done.stderr.strip().splitlines() or ["git failed"])[-1])
    return done.stdout.strip()
