"""`make new` copies the example under another name; bad arguments change nothing."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ishizue
import ishizue_ops
from ishizue.testing.processes import printed
from ishizue_ops.names import LONGEST
from ishizue_ops.update import __main__ as update
from tests.examples.test_bookshelf import assert_targets_exist
from tools import new
from tools.new import EXAMPLE, ROOT, ArgumentError, Name, parsed


def make(*options: str, **arguments: str) -> subprocess.CompletedProcess[str]:
    """The command with these arguments, without those of the environment."""
    return subprocess.run(
        [sys.executable, "-m", "tools.new", *options],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **arguments},
        capture_output=True,
        text=True,
    )


def git(folder: Path, *arguments: str) -> str:
    return printed("git", *arguments, cwd=folder).strip()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new service's repository."""
    dest = tmp_path_factory.mktemp("new") / "in a folder" / "water-log"
    done = make(NAME="water-log", DEST=str(dest))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"'{dest}' is ready: cd '{dest}' && make run\n"
    return dest


def files(service: Path) -> list[Path]:
    return [path for path in service.rglob("*") if path.is_file() and ".git" not in path.parts]


def test_neither_the_old_name_nor_that_of_this_repository_is_left(service: Path) -> None:
    for path in files(service):
        assert "bookshelf" not in str(path.relative_to(service)).lower()
        content = path.read_bytes().lower()
        assert b"bookshelf" not in content, path
        assert path.suffix == ".whl" or b"kirosample" not in content, path
    assert 'name="WaterLog"' in (service / "infra" / "product.py").read_text()
    assert "WATERLOG_DB_HOST" in (service / "compose.yaml").read_text()
    assert (service / "src" / "waterlog" / "app.py").exists()


def test_it_is_one_commit_of_what_git_tracks_here(service: Path) -> None:
    assert git(service, "rev-list", "--count", "main") == "1"
    assert git(service, "status", "--porcelain", "--ignored") == ""
    copied = {str(path.relative_to(service)) for path in files(service)}
    tracked = {str(path).replace("bookshelf", "waterlog") for path in update.tracked(EXAMPLE)}
    assert copied - tracked == {
        *(str(path.relative_to(service)) for path in (service / "vendor").glob("*.whl")),
        "docs/operations.md",
        "infra/operations.sh",
    }
    assert copied >= tracked


def test_its_runbook_has_its_names_and_names_what_exists(service: Path) -> None:
    text = (service / "docs" / "operations.md").read_text()
    assert "WaterLog" in text
    assert_targets_exist(text)
    links = re.findall(r"\]\((?!https:)([^)\s#]+)\)", text)
    assert [link for link in links if not (service / "docs" / link).exists()] == []


def test_files_that_git_does_not_track_are_not_copied(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    example = tmp_path / "example"
    copied = tmp_path / "copied"
    example.mkdir()
    for name in ("README.md", ".env", "mine.py"):
        (example / name).write_text("bookshelf = 1\n")
    git(example, "init", "--quiet")
    git(example, "add", "README.md")
    monkeypatch.setattr(new, "EXAMPLE", example)
    new.copy(Name("WaterLog"), copied)
    assert [path.name for path in copied.rglob("*")] == ["README.md"]


def test_its_packages_are_installed_by_path_and_hash_alone(service: Path) -> None:
    texts = [(service / "vendor" / name).read_text() for name in update.PACKAGES.values()]
    for text in texts:
        wheel, digest = text.split(" --hash=sha256:")
        assert (service / wheel).is_file()
        assert len(digest.strip()) == 64
    locks = "".join(path.read_text() for path in (service / "requirements").glob("*.txt"))
    assert "ishizue" not in locks
    assert "://" not in locks


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("2books", "starting with a letter"),
        ("book shelf", "starting with a letter"),
        ("book--shelf", "starting with a letter"),
        ("本棚", "starting with a letter"),
        ("b" * 40, f"2 to {LONGEST} letters"),
        ("user", "reserve"),  # PostgreSQL
        ("rdsadmin", "reserve"),  # RDS
        ("awsome", "reserve"),  # Systems Manager: no parameter /aws…
        ("class", "Python"),  # a keyword
        ("json", "Python"),  # the standard library
        ("starlette", "Python"),  # a requirement
        ("tests", "Python"),  # a folder of the repository
    ],
)
def test_a_name_that_something_would_refuse_is_refused(given: str, reason: str) -> None:
    with pytest.raises(ArgumentError, match=f"(?i)NAME='.*{reason}"):
        parsed(given)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"NAME": ""}, "set NAME: make new NAME="),
        ({"DEST": ""}, "set DEST: make new NAME="),
        ({"NAME": "2books"}, "NAME='2books'"),
        ({"DEST": str(ROOT / "examples" / "mine")}, "within this repository"),
        ({"DEST": "{folder}"}, "exists already"),
        ({"DEST": "{folder}/file/new"}, "nothing can be written there"),
        ({"PATH": ""}, "git is missing"),
    ],
)
def test_a_bad_argument_is_one_line_and_writes_nothing(
    arguments: dict[str, str], message: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    given = {"NAME": "water-log", "DEST": str(tmp_path / "new"), **arguments}
    given = {name: value.format(folder=tmp_path) for name, value in given.items()}
    done = make("--check", **given)
    (line,) = done.stderr.splitlines()
    assert line.startswith("new: ")
    assert message in line
    assert (done.returncode, done.stdout) == (2, "")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_arguments_are_checked_without_any_package(tmp_path: Path) -> None:
    """A Python of the machine does it, before the environment is made."""
    done = subprocess.run(
        [sys.executable, "-ISB", ROOT / "tools" / "new.py", "--check"],
        env={"PATH": os.environ["PATH"], "NAME": "water-log", "DEST": str(tmp_path / "new")},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    makefile = (ROOT / "Makefile").read_text()
    assert "\nnew: new-arguments $(VENV)/dev.installed ##" in makefile


def test_update_replaces_the_wheels_and_shows_the_changelog(
    service: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(service / "vendor", tmp_path / "vendor")
    for path in (tmp_path / "vendor").glob("*.whl"):
        path.rename(path.with_name(re.sub(r"-[\d.]+-", "-0.9.0-", path.name)))
    for name in update.PACKAGES.values():
        (tmp_path / "vendor" / name).write_text("./vendor/old.whl --hash=sha256:0\n")
    monkeypatch.chdir(tmp_path)
    assert update.main([str(service / "vendor")]) == 0
    theirs = {"ishizue": ishizue.__version__, "ishizue-ops": ishizue_ops.__version__}
    lines = [f"{name} 0.9.0 → {version}\n" for name, version in theirs.items()]
    assert capsys.readouterr().out == "".join(lines)
    made = sorted(path.name for path in (tmp_path / "vendor").iterdir())
    assert made == sorted(path.name for path in (service / "vendor").iterdir())
    assert update.main([str(service / "vendor")]) == 0
    lines = [f"{name} {version}: nothing has changed\n" for name, version in theirs.items()]
    assert capsys.readouterr().out == "".join(lines)


def test_update_from_nothing_is_one_line_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vendor").mkdir()
    monkeypatch.chdir(tmp_path)
    for folder in ("missing", "vendor"):
        assert update.main([folder]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line == f"update: {folder} has no wheels of ishizue, and no packages/"
