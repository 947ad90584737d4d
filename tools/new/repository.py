"""The git repository of the new service, and the branch by which later changes reach it."""

import subprocess
from pathlib import Path

from tools.new import tree
from tools.new.answers import FILE, Answers

BRANCH = "template"
"""Holds what `make new` wrote and nothing else; merging it takes later changes over."""


def create(folder: Path, wanted: Answers) -> None:
    """Make the folder a git repository with one commit."""
    commit = _git(tree.ROOT, "rev-parse", "HEAD")
    (folder / FILE).write_text(wanted.record(commit), encoding="utf-8")
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "add", "--all")
    _git(
        folder,
        *_AUTHOR,
        "commit",
        "--quiet",
        "--message",
        f"{wanted.name.title}, from its template",
    )
    _git(folder, "branch", BRANCH)


_AUTHOR = ("-c", "user.name=make new", "-c", "user.email=make-new@localhost")


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()
