"""The settings: those of every service. `OPTIONS` is their table, `Settings` has the defaults.

For one of your own, add its type and default to `Settings`, and an `Option` to `OPTIONS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ishizue import settings
from ishizue.program import Program

from bookshelf import PRODUCT


@dataclass(frozen=True, slots=True)
class Settings(settings.Settings):
    """The settings of one process, in the types that the code uses."""

    product: ClassVar[Program] = PRODUCT


OPTIONS = settings.options(PRODUCT)


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises SettingsError, which names the setting."""
    return settings.read(environ, Settings, OPTIONS)
