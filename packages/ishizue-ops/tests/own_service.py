"""The plugin of this suite: it runs as in the repository of `service/`, and without this one's."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

SERVICE = Path(__file__).parent / "service"


class _OnlyThePackages:
    """Finds nothing of the repository around these packages."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None, _target: object = None
    ) -> ModuleSpec | None:
        if name in ("kirosample", "tools"):
            raise ModuleNotFoundError(f"{name} is not part of these packages", name=name)
        return None


sys.meta_path.insert(0, _OnlyThePackages)


@pytest.fixture(autouse=True)
def in_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the service whose folder they run in."""
    monkeypatch.chdir(SERVICE)
