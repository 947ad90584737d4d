"""The portal's settings: those of every service, and its own.

`OPTIONS` is the table that docs/settings.md is generated from, and `Settings` has the defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ishizue import settings
from ishizue.http.security.clients import SITE_CLIENTS
from ishizue.product import Product
from ishizue.settings import PER_CLIENT, PER_TASK, RATE, Option
from kirosample import PRODUCT

COOKIE_KEY_BYTES = 32
"""Minimum length of a cookie key: as long as HMAC-SHA-256's output (RFC 2104, section 3)."""


@dataclass(frozen=True, slots=True)
class Settings(settings.Settings):
    """The settings of one process, in the types that the code uses."""

    product: ClassVar[Product] = PRODUCT

    cookie_keys: tuple[bytes, ...] = field(default=(), repr=False)
    new_visitors_per_minute: int = 30


def _cookie_keys(value: str) -> tuple[bytes, ...]:
    keys = tuple(part.strip().encode() for part in value.split(","))
    if any(len(key) < COOKIE_KEY_BYTES for key in keys):
        raise ValueError(
            f"has a key under {COOKIE_KEY_BYTES} bytes: `openssl rand -hex 32` makes one"
        )
    return keys


OPTIONS = settings.options(
    PRODUCT,
    Option(
        "COOKIE_KEYS",
        f"comma-separated, {COOKIE_KEY_BYTES} bytes or more each; the first signs, all verify",
        "generated once in the data folder, to be backed up with the database; required if there "
        "is none",
        _cookie_keys,
        secret=True,
    ),
    Option(
        "NEW_VISITORS_PER_MINUTE",
        f"writes without a valid cookie, {PER_CLIENT}; {SITE_CLIENTS} times that for a /48) "
        f"{PER_TASK}",
        "{}",
        RATE,
    ),
)


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises SettingsError, which names the setting."""
    return settings.read(environ, Settings, OPTIONS)
