"""What a small service needs to serve: HTTP, PostgreSQL, telemetry.

`__init__.pyi` lists what a service imports. A name is imported with its first use: a health check
needs none of them.
"""

import re
from importlib import import_module
from pathlib import Path

__version__ = "2.0.0"

_STUB = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
_MODULES = {
    name: module for module, name in re.findall(r"^from (\S+) import (\w+) as", _STUB, re.M)
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
