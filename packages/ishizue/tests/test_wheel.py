"""The wheel is the same whenever it is built, and all that the programs of the README need."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from alone import Program, built, environment, programs, run, typed, write

import ishizue
from ishizue.testing.postgres import folder, free_port

PACKAGE = Path(__file__).parents[1]
PROGRAMS = list(programs(PACKAGE / "README.md"))


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


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("alone"), PACKAGE, extras="embedded")


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: [*program.files][-1])
def test_a_program_runs_and_has_its_types(program: Program, python: Path) -> None:
    with folder() as where:
        write(program, where)
        typed(program, where, python)
        port = str(free_port())
        prefix = Path([*program.files][-1]).stem.upper()
        settings = {"PORT": port, f"{prefix}_DATA_DIR": str(where / "data")}
        command = program.command.replace("localhost:3000", f"localhost:{port}")
        printed = run(Program(program.files, command), where, python, **settings)
    assert program is not PROGRAMS[0] or '{"hello":"world"}' in printed
