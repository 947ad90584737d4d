"""`make new-check` keeps the user's own things from what it runs, and shows why a step fails."""

from pathlib import Path

import pytest

from tools import new_check
from tools.new import EXAMPLE


def test_a_step_that_fails_shows_the_end_of_its_output(tmp_path: Path) -> None:
    with pytest.raises(new_check.Failed) as failed:
        new_check.run(("sh", "-c", "seq 1000; exit 3"), tmp_path, {}, tmp_path / "log")
    assert str(failed.value).endswith("999\n1000\nexit code 3")
    assert "\n500\n" not in str(failed.value)


def test_a_server_that_ends_at_once_fails(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("run:\n\t@echo no module named app; exit 1\n")
    environ = new_check.environment(tmp_path / "home")
    with pytest.raises(new_check.Failed, match="no module named app"):
        new_check.serve(tmp_path, environ, tmp_path / "log")


def test_the_environment_has_a_home_and_no_settings_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE", "DATABASE_URL", "MAKEFLAGS", "PYTHONPATH", "VIRTUAL_ENV", "DOMAIN"):
        monkeypatch.setenv(name, "x")
    found = new_check.environment(tmp_path / "home")
    assert "x" not in found.values()
    assert found["HOME"] == str(tmp_path / "home")
    assert Path(found["WATERLOG_DATA_DIR"]).is_relative_to(tmp_path)


def test_it_runs_the_commands_of_the_first_block(tmp_path: Path) -> None:
    promised = [title for title, _ in new_check.promised(EXAMPLE, {}, tmp_path / "log")]
    assert promised == ["make run", "make test", "make check", "make synth"]
