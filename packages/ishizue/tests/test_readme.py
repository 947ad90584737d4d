"""The programs of the README run as they stand there, with nothing but the wheel and its extra."""

from pathlib import Path

import pytest
from alone import Program, environment, programs, run, typed, write

from ishizue.testing.postgres import folder, free_port

PACKAGE = Path(__file__).parents[1]
PROGRAMS = list(programs(PACKAGE / "README.md"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("alone"), PACKAGE, extras="embedded")


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
