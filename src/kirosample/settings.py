"""The portal's settings: those of every service with visitors, and its own.

`OPTIONS` is the table that docs/settings.md is generated from, and `Settings` has the defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ishizue import settings
from ishizue.product import Product
from ishizue.settings import PER_CLIENT, PER_TASK, RATE, Option
from ishizue.visitors import COOKIE_KEYS, VisitorSettings
from kirosample import PRODUCT


@dataclass(frozen=True, slots=True)
class Settings(VisitorSettings):
    """The settings of one process, in the types that the code uses."""

    product: ClassVar[Product] = PRODUCT

    new_visitors_per_minute: int = 30


OPTIONS = settings.options(
    PRODUCT,
    COOKIE_KEYS,
    Option(
        "NEW_VISITORS_PER_MINUTE",
        f"writes without a valid cookie, {PER_CLIENT} {PER_TASK}",
        "{}",
        RATE,
    ),
)


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises SettingsError, which names the setting."""
    return settings.read(environ, Settings, OPTIONS)
