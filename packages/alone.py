"""A package as others get it: its wheel in an environment with what it requires and nothing else,
and the programs of its README.

For the packages' own tests. What it requires is linked from this environment: no index is asked.
"""

import os
import re
import signal
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement


def built(package: Path, into: Path) -> Path:
    """The wheel of a package's folder; the same sources are the same bytes."""
    subprocess.run(
        [sys.executable, "-m", "flit_core.wheel", "--outdir", into, package],
        env={"SOURCE_DATE_EPOCH": "1764374400"},
        check=True,
        capture_output=True,
    )
    (wheel,) = into.glob(f"{package.name.replace('-', '_')}-*.whl")
    return wheel


def environment(folder: Path, *packages: Path, extras: str = "") -> Path:
    """The Python of a new environment with the wheels of these packages, the first with extras."""
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    [site] = (folder / "venv" / "lib").glob("python*/site-packages")
    wheels = [built(package, folder) for package in packages]
    uv = Path(sys.executable).with_name("uv")
    install = [str(uv), "pip", "install", "--quiet", "--offline", "--no-deps", "--python"]
    subprocess.run([*install, str(python), *map(str, wheels)], check=True)
    needed: dict[str, Distribution] = {}
    for at, package in enumerate(packages):
        installed = next(iter(Distribution.discover(name=package.name, path=[str(site)])))
        _add(installed, set() if at else set(filter(None, extras.split(","))), needed)
    for name in {package.name for package in packages}:
        needed.pop(name, None)
    for dependency in needed.values():
        _link(dependency, site)
    return python


def _add(of: Distribution, extras: set[str], needed: dict[str, Distribution]) -> None:
    for text in of.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in extras or {""}):
            continue
        if requirement.name not in needed:
            needed[requirement.name] = distribution(requirement.name)
            _add(needed[requirement.name], requirement.extras, needed)


def _link(dependency: Distribution, site: Path) -> None:
    tops = {Path(str(file)).parts[0] for file in dependency.files or ()}
    for top in tops - {"..", "__pycache__"}:
        link = site / top
        if link.is_dir() and not link.is_symlink():  # a namespace, which several share
            for inner in Path(str(dependency.locate_file(top))).iterdir():
                (link / inner.name).symlink_to(inner)
        elif not link.exists():
            link.symlink_to(Path(str(dependency.locate_file(top))).resolve())


class Program(NamedTuple):
    """Blocks of a README whose first lines name their files, and the `sh` block behind them.

    Files of earlier blocks that no later block replaces are there too.
    """

    files: Mapping[str, str]
    command: str


def programs(readme: Path) -> Iterator[Program]:
    """The programs in a README."""
    files: dict[str, str] = {}
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", readme.read_text(), re.MULTILINE | re.DOTALL)
    for language, text in blocks:
        if name := re.match(r"(?:#|--|<!--) ([\w/-]+\.\w+)", text):
            files[name[1]] = text
        elif language == "sh" and files:
            yield Program({**files}, text)


def write(program: Program, folder: Path) -> None:
    for name, text in program.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def run(program: Program, folder: Path, python: Path, **environ: str) -> str:
    """What the program's commands print, in its folder. Ends what they left behind."""
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    # Other tests unpack the CDK there. That and loading its default rules, which only warn, take
    # longer than a synthesis.
    unpacked = {
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(Path.home() / ".cache/aws/jsii/package-cache"),
        "CDK_VALIDATION": "false",
    }
    with subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", program.command],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), **unpacked, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as shell:
        try:
            printed = shell.communicate(timeout=300)[0]
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
    assert shell.returncode == 0, printed
    return printed


def typed(program: Program, folder: Path, python: Path) -> None:
    """Have mypy check the program strictly, against what its environment has.

    The packages in the environment are checked for its first program only.
    """
    settings = folder.with_suffix(".ini")
    settings.write_text("[mypy]\nstrict = true\n[mypy-aws_cdk.*]\nfollow_imports = skip\n")
    names = [name for name in program.files if name.endswith(".py")]
    command = [sys.executable, "-m", "mypy", "--config-file", str(settings)]
    command += ["--cache-dir", str(python.parents[1] / "mypy")]
    command += ["--explicit-package-bases", "--python-executable", str(python), *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
