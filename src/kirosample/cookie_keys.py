"""The keys that sign visitors' cookies: from the settings, or made once in the data folder."""

import os
import secrets
from pathlib import Path

from kirosample.durable import sync
from kirosample.limits import COOKIE_KEY_BYTES
from kirosample.settings import Settings, SettingsError


def cookie_keys(settings: Settings) -> tuple[bytes, ...]:
    """The keys, the signing one first.

    Raises SettingsError where none is set and none can be kept in the data folder.
    """
    if settings.cookie_keys:
        return settings.cookie_keys
    path = settings.data_dir / "cookie-key"
    try:
        key = _kept_key(path)
    except OSError as error:
        raise SettingsError(
            f"KIROSAMPLE_COOKIE_KEYS is required: no key can be kept ({error})"
        ) from None
    if len(key) < COOKIE_KEY_BYTES:
        raise SettingsError(
            f"{path} holds no key: {len(key)} bytes, and {COOKIE_KEY_BYTES} are the least. "
            "Restore it from a backup, or remove it: a new one makes every visitor a new one"
        )
    return (key,)


def _kept_key(path: Path) -> bytes:
    """The key in the file, made by the process that comes first. Raises OSError."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            draft.touch(mode=0o600)
            draft.write_bytes(secrets.token_hex(32).encode())
            # A link to a file whose bytes are lost would be an empty key after a power failure.
            sync(draft)
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)
        sync(path.parent)
    return path.read_bytes()
