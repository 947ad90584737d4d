"""The files and the environment of another commit."""

import subprocess
import sys
from pathlib import Path

from benchmarks.processes import Failed

ROOT = Path(__file__).parent.parent


def of(against: str) -> tuple[Path, Path]:
    """A folder, or a new one with a commit's files and their environment; and its Python."""
    files = Path(against).resolve()
    if not files.is_dir():
        files = _check_out(git("rev-parse", "--short", f"{against}^{{commit}}"))
    pythons = [files / name / "bin" / "python" for name in (".venv-bench", ".venv")]
    python = next(filter(Path.exists, pythons), None)
    if python is None:
        raise Failed(f"{files} has no environment: run `make .venv-bench/installed` there")
    command: list[str | Path] = [python, "-c", "import sys; print(sys.version)"]
    version = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if version != sys.version:
        raise Failed(f"{python} is Python {version}, and this is {sys.version}: use the same")
    return files, python


def _check_out(commit: str) -> Path:
    """Not as a worktree, so that `make clean` removes all of it."""
    files = ROOT / "build" / "bench" / commit
    if not (files / ".venv-bench" / "installed").exists():
        print(f"making {files} with an environment of its own (once)", flush=True)
        files.mkdir(parents=True, exist_ok=True)
        git("archive", "--output", str(files / "commit.tar"), commit)
        for command in (["tar", "-xf", "commit.tar"], ["make", ".venv-bench/installed"]):
            if subprocess.run(command, cwd=files).returncode:
                raise Failed(f"{' '.join(command)} failed in {files}")
    return files


def git(*arguments: str) -> str:
    """The output of a git command in this repository."""
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()
