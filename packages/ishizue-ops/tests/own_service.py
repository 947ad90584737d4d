"""The plugin of this suite: it runs as in the repository of `service/`, and without this one's."""

import os
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

SERVICE = Path(__file__).parent / "service"
BOOKSHELF = Path(__file__).parents[3] / "examples" / "bookshelf"


class _OnlyThePackages:
    """Finds nothing of the repository around these packages."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None, _target: object = None
    ) -> ModuleSpec | None:
        if name == "kirosample":
            raise ModuleNotFoundError(f"{name} is not part of these packages", name=name)
        return None


sys.meta_path.insert(0, _OnlyThePackages)


@pytest.fixture(autouse=True)
def in_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the service whose folder they run in."""
    monkeypatch.chdir(SERVICE)


@pytest.fixture
def in_the_bookshelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands work on the example, a service that drills can run."""
    theirs = ("infra", "tools")
    before = [name for name in sys.modules if name.partition(".")[0] in theirs]
    for name in before:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.chdir(BOOKSHELF)
    monkeypatch.syspath_prepend(BOOKSHELF)
    path = [str(BOOKSHELF / "src"), *filter(None, sys.path)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] in theirs]:
        del sys.modules[name]
