"""The wheel is the same whenever it is built, and all that a service needs of this package."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import ishizue

PACKAGE = Path(__file__).parents[1]


def built(into: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "flit_core.wheel", "--outdir", into, PACKAGE],
        env={"SOURCE_DATE_EPOCH": "1764374400"},
        check=True,
        capture_output=True,
    )
    (wheel,) = into.glob("*.whl")
    return wheel


def test_it_is_twice_the_same_and_complete(tmp_path: Path) -> None:
    one, two = built(tmp_path / "one"), built(tmp_path / "two")
    assert one.name == f"ishizue-{ishizue.__version__}-py3-none-any.whl"
    assert one.read_bytes() == two.read_bytes()
    source = PACKAGE / "src"
    kept = (path for path in source.rglob("*") if path.is_file() and path.suffix != ".pyc")
    with ZipFile(one) as wheel:
        packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
        metadata = wheel.read(f"ishizue-{ishizue.__version__}.dist-info/METADATA").decode()
    assert packed == {str(path.relative_to(source)) for path in kept}
    assert {"Requires-Dist: asyncpg", "License-Expression: MIT"} <= set(metadata.splitlines())
