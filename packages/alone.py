"""A package as others get it: its wheel in an environment with what it requires and nothing else.

For the packages' own tests. What it requires is linked from this environment: no index is asked.
"""

import subprocess
import sys
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path

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
    for one in needed.values():
        _link(one, site)
    return python


def _add(of: Distribution, extras: set[str], needed: dict[str, Distribution]) -> None:
    for text in of.requires or ():
        one = Requirement(text)
        if one.marker and not any(one.marker.evaluate({"extra": each}) for each in extras or {""}):
            continue
        if one.name not in needed:
            needed[one.name] = distribution(one.name)
            _add(needed[one.name], one.extras, needed)


def _link(one: Distribution, site: Path) -> None:
    for top in {Path(str(file)).parts[0] for file in one.files or ()} - {"..", "__pycache__"}:
        link = site / top
        if link.is_dir() and not link.is_symlink():  # a namespace, which several share
            for inner in Path(str(one.locate_file(top))).iterdir():
                (link / inner.name).symlink_to(inner)
        elif not link.exists():
            link.symlink_to(Path(str(one.locate_file(top))).resolve())
