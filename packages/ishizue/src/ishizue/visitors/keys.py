"""The keys that sign visitors' cookies: from the settings, or generated in the data folder."""

import logging
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote

from ishizue.failure import Failure
from ishizue.postgres.setup import cluster_in, make_data_dir, sync
from ishizue.settings import EmbeddedDatabase, Option, Settings, SettingsError

log = logging.getLogger(__name__)

COOKIE_KEY_BYTES = 32
"""Minimum length of a cookie key: as long as HMAC-SHA-256's output (RFC 2104, section 3)."""


@dataclass(frozen=True, slots=True)
class VisitorSettings(Settings):
    """The settings of a product that has visitors, with `COOKIE_KEYS` among its options."""

    cookie_keys: tuple[bytes, ...] = field(default=(), repr=False)


def _parse(value: str) -> tuple[bytes, ...]:
    keys = tuple(part.strip().encode() for part in value.split(","))
    if weak := next(filter(None, map(_weakness, keys)), ""):
        raise ValueError(f"has a key {weak}: `openssl rand -hex 32` makes one")
    return keys


def _weakness(key: bytes) -> str:
    """What makes a key easy to guess; empty if nothing does."""
    characters = key.strip()
    if len(characters) < COOKIE_KEY_BYTES:
        return f"under {COOKIE_KEY_BYTES} bytes"
    return "of one repeated character" if len(set(characters)) == 1 else ""


COOKIE_KEYS = Option(
    "COOKIE_KEYS",
    f"comma-separated, {COOKIE_KEY_BYTES} bytes or more each; the first signs, all verify",
    "generated once in the data folder, to be backed up with the database; required if there is "
    "none",
    _parse,
    secret=True,
)


def cookie_keys(settings: VisitorSettings) -> tuple[bytes, ...]:
    """The keys, the signing one first.

    Raises SettingsError if none is set and the one in the data folder cannot be used or stored,
    or if the embedded server's data is older than it. Raises Failure if neither can be stored.
    """
    if settings.cookie_keys:
        return settings.cookie_keys
    path = key_file(settings)
    replace = (
        "restore it from a backup, or make another, with which every visitor is a new one: "
        f"(umask 077; openssl rand -hex 32 >{quote(str(path))})"
    )
    is_embedded = isinstance(settings.database, EmbeddedDatabase)
    # Looked at first: another process may make both now, the key before the data.
    has_data = is_embedded and cluster_in(settings.data_dir).exists()
    try:
        if not path.exists():
            if has_data:
                raise SettingsError(f"{path} is missing beside a database: {replace}")
            _generate(path)
        mode = path.stat().st_mode
        key = path.read_bytes()
    except OSError as error:
        if is_embedded:
            raise Failure(f"the data folder cannot be used: {error}") from None
        raise SettingsError(
            f"{settings.product.prefix}COOKIE_KEYS is required: no key can be stored ({error})"
        ) from None
    if mode & 0o066:
        raise SettingsError(
            f"{path} is open to other users (mode {mode & 0o777:o}): chmod 600 {quote(str(path))}"
        )
    if weak := _weakness(key):
        raise SettingsError(f"{path} has a key {weak}: {replace}")
    several = tuple(key.split(b","))
    return (key,) if any(map(_weakness, several)) else several


def key_file(settings: Settings) -> Path:
    """The file in the data folder that has the keys, comma-separated, if no setting has."""
    return settings.data_dir / "cookie-key"


def _generate(path: Path) -> None:
    """Store a key in the file, unless another process is first. Raises OSError."""
    make_data_dir(path.parent)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_hex(32).encode())
        # Without it, the file could be empty after a power failure.
        sync(draft)
        os.link(draft, path)
        log.info("made %s, which signs visitors' cookies: back it up with the database", path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)
