"""The generated key is stored once, whole, and on disk before it is used."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from kirosample import cookie_keys as module
from kirosample.cookie_keys import cookie_keys
from kirosample.settings import Settings, SettingsError


def test_a_key_is_generated_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    (key,) = cookie_keys(settings)
    assert len(key) == 64
    assert cookie_keys(settings) == (key,)
    (file,) = settings.data_dir.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert cookie_keys(Settings(data_dir=tmp_path / "other")) != (key,)
    given = (b"given " * 6,)
    assert cookie_keys(replace(settings, cookie_keys=given)) == given


@pytest.mark.parametrize("content", ["", "\n", "a" * 31])
def test_the_error_for_a_damaged_key_file_says_what_to_do(tmp_path: Path, content: str) -> None:
    file = tmp_path / "cookie-key"
    file.write_text(content)
    with pytest.raises(SettingsError, match="remove it") as caught:
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
    with pytest.raises(SettingsError, match="No space left on device"):
        cookie_keys(Settings(data_dir=tmp_path))
    assert not list(tmp_path.iterdir())
