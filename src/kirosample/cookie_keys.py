"""The keys that sign visitors' cookies: from the settings, or made once in the data folder."""

import os
import secrets
from pathlib import Path

from kirosample.settings import Settings, SettingsError


def cookie_keys(settings: Settings) -> tuple[bytes, ...]:
    """The keys, the signing one first.

    Raises SettingsError where none is set and none can be kept in the data folder.
    """
    if settings.cookie_keys:
        return settings.cookie_keys
    try:
        return (_kept_key(settings.data_dir / "cookie-key"),)
    except OSError as error:
        raise SettingsError(
            f"KIROSAMPLE_COOKIE_KEYS is required: no key can be kept ({error})"
        ) from None


def _kept_key(path: Path) -> bytes:
    """The key in the file, made by whoever comes first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_hex(32).encode())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
