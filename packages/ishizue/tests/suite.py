"""The plugin of this suite, which runs as if no product and no tool were installed."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec

from hypothesis import settings

# On a busy machine an example may take a second.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")


class _OnlyThePackage:
    """Finds nothing of the repository around this package."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None, _target: object = None
    ) -> ModuleSpec | None:
        if name in ("kirosample", "infra", "ishizue_ops", "tools"):
            raise ModuleNotFoundError(f"{name} is not part of this package", name=name)
        return None


sys.meta_path.insert(0, _OnlyThePackage)
