"""The generated key is stored once, whole, and on disk before it is used."""

import os
import re
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ishizue.failure import Failure
from ishizue.postgres.setup import cluster_in
from ishizue.settings import EmbeddedDatabase, SettingsError
from ishizue.storage.database_url import DatabaseUrl
from ishizue.testing.postgres import folder
from ishizue.visitors import cookie_keys
from ishizue.visitors import keys as module
from kirosample.settings import Settings
from tests.processes import fails, free_port, kirosample, server


def test_a_key_is_generated_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    (key,) = cookie_keys(settings)
    assert len(key) == 64
    assert cookie_keys(settings) == (key,)
    (file,) = settings.data_dir.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert cookie_keys(Settings(data_dir=tmp_path / "other")) != (key,)
    given = (b"given " * 6,)
    file.chmod(0o644)  # as a key file that a setting names may be
    assert cookie_keys(replace(settings, cookie_keys=given)) == given


def test_a_database_that_has_lost_its_key_is_refused_with_the_way_out() -> None:
    with folder() as data:
        settings = {"KIROSAMPLE_DATA_DIR": str(data), "PORT": free_port()}
        key = data / "cookie-key"
        assert kirosample("migrate", **settings).returncode == 0
        assert key.exists(), "made with the database, by whatever command"
        key.unlink()
        for command in ("run", "serve", "migrate"):
            line = fails(2, command, **settings)
            assert f"{key} is missing beside a database: restore it from a backup" in line
            assert not key.exists()
        subprocess.run(["sh", "-c", line.rpartition(": ")[2]], check=True)
        with server("serve", **settings) as running:
            running.wait_for("/readyz")
            assert running.end() == 0


def test_an_unknown_database_does_not_refuse_a_new_key_which_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    cluster_in(tmp_path).mkdir()  # of an embedded server, and not this one
    settings = Settings(data_dir=tmp_path, database=DatabaseUrl("postgresql://elsewhere/x", None))
    cookie_keys(settings)
    (made,) = caplog.messages
    assert str(tmp_path / "cookie-key") in made
    cookie_keys(settings)
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_generated_key_that_others_can_read_or_write_is_refused(
    tmp_path: Path, mode: int
) -> None:
    settings = Settings(data_dir=tmp_path / "data of mine")
    keys = cookie_keys(settings)
    file = settings.data_dir / "cookie-key"
    file.chmod(mode)
    with pytest.raises(SettingsError, match=f"{file} is open to other users") as caught:
        cookie_keys(settings)
    assert "\n" not in str(caught.value)
    command = re.search(r"chmod .*", str(caught.value))
    assert command
    subprocess.run(["sh", "-c", command[0]], check=True)
    assert cookie_keys(settings) == keys


@pytest.mark.parametrize(
    "content", ["", "\n", "a" * 31, "a" * 64, "a" * 64 + "\n", "\0" * 32, " " * 64]
)
def test_the_error_for_a_damaged_key_file_says_what_to_do(tmp_path: Path, content: str) -> None:
    file = tmp_path / "cookie-key"
    file.touch(mode=0o600)
    file.write_text(content)
    with pytest.raises(SettingsError, match="restore it from a backup") as caught:
        cookie_keys(Settings(data_dir=tmp_path))
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert file.read_text() == content


def test_the_key_is_on_disk_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[object] = []
    link = os.link

    def synced(path: Path) -> None:
        done.append("folder" if path.is_dir() else len(path.read_bytes()))

    def linked(draft: Path, path: Path) -> None:
        done.append("link")
        link(draft, path)

    monkeypatch.setattr(module, "sync", synced)
    monkeypatch.setattr(os, "link", linked)
    cookie_keys(Settings(data_dir=tmp_path))
    assert done == [64, "link", "folder"]


def test_a_full_disk_is_reported_and_leaves_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(module, "sync", full)
    elsewhere = DatabaseUrl("postgresql://elsewhere/x", None)
    for database, error in ((EmbeddedDatabase(), Failure), (elsewhere, SettingsError)):
        with pytest.raises(error, match="No space left on device"):
            cookie_keys(Settings(data_dir=tmp_path, database=database))
        assert not list(tmp_path.iterdir())
