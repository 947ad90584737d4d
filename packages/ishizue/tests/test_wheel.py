"""The wheel is the same whenever it is built, and all that a service needs of this package."""

from pathlib import Path
from zipfile import ZipFile

from alone import built

import ishizue

PACKAGE = Path(__file__).parents[1]


def test_it_is_twice_the_same_and_complete(tmp_path: Path) -> None:
    first, second = built(PACKAGE, tmp_path / "one"), built(PACKAGE, tmp_path / "two")
    assert first.name == f"ishizue-{ishizue.__version__}-py3-none-any.whl"
    assert first.read_bytes() == second.read_bytes()
    source = PACKAGE / "src"
    kept = (path for path in source.rglob("*") if path.is_file() and path.suffix != ".pyc")
    with ZipFile(first) as wheel:
        packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
        metadata = wheel.read(f"ishizue-{ishizue.__version__}.dist-info/METADATA").decode()
    assert packed == {str(path.relative_to(source)) for path in kept}
    assert {"Classifier: Typing :: Typed", "License-Expression: MIT"} <= {*metadata.splitlines()}
