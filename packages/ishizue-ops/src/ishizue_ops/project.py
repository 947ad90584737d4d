"""The service that a command works on: the one whose repository it runs in.

Its `infra/product.py` has PRODUCT, its `infra/app.py` has `build`, and its `tools/workload.py` has
WORKLOAD for drills. Paths are relative to the repository: commands write to `docs/` and `build/`.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ishizue_ops import config
from ishizue_ops.config import Config, ConfigError
from ishizue_ops.names import Names
from ishizue_ops.product import Product

if TYPE_CHECKING:
    from aws_cdk import App  # which takes seconds


def product() -> Product:
    """What the service says about itself. Raises ConfigError outside a service's repository."""
    found: Product = declared("infra.product", "PRODUCT")
    return found


def build() -> "Callable[[Config, Path], App]":
    """The function that composes the service's design. Raises ConfigError."""
    found: Callable[[Config, Path], App] = declared("infra.app", "build")
    return found


def documented() -> dict[str, str]:
    """The settings of what is generated: a domain, for a service that has use for one."""
    return {"DOMAIN": "example.com"} if product().web else {}


def names() -> Names:
    """The service's names in production."""
    return Names(product().name)


def read(environ: Mapping[str, str]) -> Config:
    """Parse the settings of the service's deployment. Raises ConfigError."""
    return config.read(environ, product())


def declared(module: str, name: str) -> Any:
    """What a module of the service has under this name. Raises ConfigError."""
    file = f"{module.replace('.', '/')}.py"
    try:
        imported = import_module(module)
    except ModuleNotFoundError as error:
        if error.name not in (module, module.partition(".")[0]):
            raise
        raise ConfigError(
            f"{Path.cwd()} has no {file}, where {name} is: run this in a service's repository"
        ) from None
    if not hasattr(imported, name):
        raise ConfigError(f"{Path.cwd() / file} has no {name}")
    return getattr(imported, name)
