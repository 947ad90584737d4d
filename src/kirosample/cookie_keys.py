"""The keys that sign visitors' cookies: from the settings, or generated in the data folder."""

import os
import secrets
from pathlib import Path

from kirosample.durable import sync
from kirosample.settings import COOKIE_KEY_BYTES, Settings, SettingsError


def cookie_keys(settings: Settings) -> tuple[bytes, ...]:
    """The keys, the signing one first.

    Raises SettingsError if none is set and none can be stored in the data folder.
    """
    if settings.cookie_keys:
        return settings.cookie_keys
    path = settings.data_dir / "cookie-key"
    try:
        key = _stored_key(path)
    except OSError as error:
        raise SettingsError(
            f"KIROSAMPLE_COOKIE_KEYS is required: no key can be stored ({error})"
        ) from None
    if len(key) < COOKIE_KEY_BYTES:
        raise SettingsError(
            f"{path} has {len(key)} bytes, but a key has {COOKIE_KEY_BYTES} or more: restore it "
            "from a backup, or remove it (with a new key, every visitor is a new one)"
        )
    return (key,)


def _stored_key(path: Path) -> bytes:
    """The key in the file, which the first process generates. Raises OSError."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            draft.touch(mode=0o600)
            draft.write_bytes(secrets.token_hex(32).encode())
            # Without it, the file could be empty after a power failure.
            sync(draft)
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)
        sync(path.parent)
    return path.read_bytes()
