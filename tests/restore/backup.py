"""A backup as the operator makes it: pg_dump's own format, restored in one transaction."""

import subprocess
from pathlib import Path


def dump(programs: Path, dsn: str, file: Path) -> None:
    """Raises CalledProcessError."""
    _run(programs / "pg_dump", "--format=custom", f"--file={file}", f"--dbname={dsn}")


def restore(programs: Path, dsn: str, file: Path, *, replacing: bool = False) -> None:
    """Into an empty database, or `replacing` what is there: all of it or nothing.

    Raises CalledProcessError.
    """
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    if replacing:
        options += ["--clean", "--if-exists"]
    _run(programs / "pg_restore", *options, f"--dbname={dsn}", file)


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
