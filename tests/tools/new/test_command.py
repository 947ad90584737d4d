"""`make new` as a command: bad input changes nothing, and later changes can be taken over."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tools.new.conftest import ROOT, New, make_new


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Reader", "-c", "user.email=reader@example.com")
    command = ["git", *identity, *arguments]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({}, "NAME=''"),
        ({"NAME": "2books"}, "NAME='2books'"),
        ({"DATABASE": "mysql"}, "DATABASE='mysql': use rds, aurora or none"),
        ({"PAGE": "maybe"}, "PAGE='maybe'"),
        ({"REPOSITORY": "bookshelf"}, "REPOSITORY='bookshelf': use OWNER/NAME"),
        ({"DEST": ""}, "set DEST"),
        ({"DEST": str(ROOT / "tools" / "bookshelf")}, "within this repository"),
        ({"UPDATE": "yes"}, "NAME: leave it out"),
        ({"UPDATE": "yes", "NAME": ""}, "does not say how it was made"),
        ({"PATH": ""}, "git is missing"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    answers: dict[str, str], message: str, tmp_path: Path
) -> None:
    name = {"NAME": "bookshelf"} if answers else {}
    done = make_new(**{**name, "DEST": str(tmp_path / "new"), **answers})
    (line,) = done.stderr.splitlines()
    assert line.startswith("new: ")
    assert message in line
    assert done.returncode == 2
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    done = make_new(NAME="bookshelf", DEST=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "exists already" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = make_new(NAME="bookshelf", DEST=str(tmp_path / "file" / "new"))
    assert done.returncode in (1, 2)
    (line,) = done.stderr.splitlines()
    assert line.startswith("new: ")


def test_interrupted_it_leaves_nothing(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "NAME": "bookshelf", "DEST": str(tmp_path / "new")}
    command = [sys.executable, "-m", "tools.run", "tools.new"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as running:
        deadline = time.monotonic() + 60
        while not list(tmp_path.rglob("pyproject.toml")):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 143
    assert list(tmp_path.iterdir()) == []


def test_it_is_a_repository_with_one_commit_and_a_branch_of_it(service: Path) -> None:
    assert git(service, "status", "--porcelain") == ""
    assert git(service, "rev-list", "--count", "main") == "1"
    assert git(service, "rev-parse", "main") == git(service, "rev-parse", "template")


def test_later_changes_are_taken_over_by_a_merge(
    new: New, service: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An older version of this repository is simulated by changing what it wrote."""
    git(service, "checkout", "--quiet", "template")
    clock = service / "packages" / "ishizue" / "src" / "ishizue" / "clock.py"
    newest = clock.read_text()
    clock.write_text("# as it was\n")
    (service / "gone.py").write_text("")
    git(service, "add", "--all")
    git(service, "commit", "--quiet", "--message", "an older version")
    git(service, "checkout", "--quiet", "-B", "main")
    own = service / "src" / "bookshelf" / "settings.py"
    own.write_text(f"{own.read_text()}\nOWN = 1\n")
    git(service, "commit", "--quiet", "--all", "--message", "our own change")

    assert new(DEST=str(service), UPDATE="yes") == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("git merge template")
    assert clock.read_text() == "# as it was\n", "only the branch changes"
    assert git(service, "status", "--porcelain") == ""

    git(service, "merge", "--quiet", "--no-edit", "template")
    assert clock.read_text() == newest
    assert own.read_text().endswith("OWN = 1\n")
    assert not (service / "gone.py").exists()
    assert git(service, "worktree", "list").count("\n") == 0

    assert new(DEST=str(service), UPDATE="yes") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "nothing has changed"


def test_a_branch_that_cannot_be_written_is_reported(
    new: New, service: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(service, "checkout", "--quiet", "template")
    assert new(DEST=str(service), UPDATE="yes") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "template" in line
    git(service, "checkout", "--quiet", "main")
    git(service, "branch", "--quiet", "--delete", "template")
    assert new(DEST=str(service), UPDATE="yes") == 1
    assert git(service, "status", "--porcelain") == ""
