"""The designs of the README are synthesized as they stand there, with nothing but the wheel."""

from pathlib import Path

import pytest
from alone import Program, environment, programs, run, typed, write

PACKAGE = Path(__file__).parents[1]
PROGRAMS = list(programs(PACKAGE / "README.md"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("alone"), PACKAGE, extras="design")


@pytest.mark.parametrize("program", PROGRAMS, ids=range(len(PROGRAMS)))
def test_a_design_has_no_finding_and_has_its_types(
    program: Program, python: Path, tmp_path: Path
) -> None:
    write(program, tmp_path)
    typed(program, tmp_path, python)
    run(program, tmp_path, python)
    assert (tmp_path / "build" / "cdk.out" / "manifest.json").exists()
