"""The service that a command works on: the one whose repository it runs in.

Its `infra/product.py` has PRODUCT, its `infra/app.py` has `build`, and its `tools/workload.py` has
WORKLOAD for drills. Paths are relative to the repository: commands write to `docs/` and `build/`.
"""

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ishizue_ops import config
from ishizue_ops.config import Config, ConfigError
from ishizue_ops.names import Names
from ishizue_ops.product import Product
from ishizue_ops.words import LABELS, Text, translate

if TYPE_CHECKING:
    from aws_cdk import App  # which takes seconds


def product() -> Product:
    """What the service says about itself. Raises ConfigError outside a service's repository."""
    declared_product: Product = declared("infra.product", "PRODUCT")
    return declared_product


def build() -> "Callable[[Config, Path], App]":
    """The function that composes the service's design. Raises ConfigError."""
    compose: Callable[[Config, Path], App] = declared("infra.app", "build")
    return compose


def documented() -> dict[str, str]:
    """The settings of what is generated: a domain, for a service that has use for one."""
    return {"DOMAIN": "example.com"} if product().web else {}


def names() -> Names:
    """The service's names in production."""
    return Names(product().name)


def read(environ: Mapping[str, str]) -> Config:
    """Parse the settings of the service's deployment. Raises ConfigError."""
    return config.read(environ, product())


def language(environ: Mapping[str, str] = os.environ) -> str:
    """The language of what a command says, `ja` or `en`: LANGUAGE's, or else the locale's.

    A service in English says nothing in Japanese unless LANGUAGE asks for it.
    """
    given = environ.get("LANGUAGE", "").strip()
    if given in ("ja", "en"):
        return given
    # In the order of POSIX ("Environment Variables", 8.2).
    locale = next(filter(None, map(environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if not re.match(r"ja([_.@]|$)", locale):
        return "en"
    with suppress(ConfigError):
        return product().words.language
    return "ja"


def localized(value: object) -> str:
    """A text or an error in the language of whoever runs the command; anything else as it is."""
    return translate(value, language())


def label(english: str) -> str:
    """A word or two of what a command says, such as a step's name, in the same language."""
    return LABELS.get(english, english) if language() == "ja" else english


def declared(module: str, name: str) -> Any:
    """What a module of the service has under this name. Raises ConfigError."""
    file = f"{module.replace('.', '/')}.py"
    try:
        imported = import_module(module)
    except ModuleNotFoundError as error:
        if error.name not in (module, module.partition(".")[0]):
            raise
        raise ConfigError(Text("no-service", folder=Path.cwd(), file=file, name=name)) from None
    if not hasattr(imported, name):
        raise ConfigError(Text("not-declared", file=Path.cwd() / file, name=name))
    return getattr(imported, name)
