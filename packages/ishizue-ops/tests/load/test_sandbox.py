"""What a drill says without a workload, and where the service's own commands fail."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from ishizue_ops.config import ConfigError
from ishizue_ops.drills.__main__ import main as drill
from ishizue_ops.dumps.__main__ import main as restore_drill
from ishizue_ops.load import sandbox
from ishizue_ops.project import declared


@pytest.mark.parametrize(
    "command",
    [lambda: drill([]), restore_drill],
    ids=["drill", "restore-drill"],
)
def test_without_a_workload_it_is_one_line_that_names_the_file(
    command: Callable[[], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command() == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "has no tools/workload.py" in line


def test_a_file_of_the_service_needs_the_name() -> None:
    with pytest.raises(ConfigError, match=r"infra/product\.py has no WORKLOAD$"):
        declared("infra.product", "WORKLOAD")


async def test_a_migration_that_fails_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sandbox, "workload", lambda: SimpleNamespace(settings={}))
    code = "import sys; print('trying'); sys.stdout.flush(); sys.exit('no such table')"
    monkeypatch.setattr(sandbox, "program", lambda *_: ("-c", code))
    log = tmp_path / "server.log"
    server = sandbox.ServerProcess("postgresql://nowhere", log)
    with pytest.raises(RuntimeError, match=r"^migrate fails: no such table$"):
        await server.migrate()
    assert log.read_text() == "trying\nno such table\n"
