"""Each drill in a process of its own, in namespaces of its own: they end with it, and it with us.

So drills run at the same time, and nothing is left of one that is killed.
"""

import asyncio
import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from infra.checks.template import load
from infra.config import read
from kirosample.postgres.server import EmbeddedPostgres
from tools.fleet import design, sandbox
from tools.fleet.fleet import Setting
from tools.fleet.network import NetworkError
from tools.fleet.pace import Pace
from tools.loadtest.sandbox import ServerProcess
from tools.postgres import folder

Found = TypeVar("Found")


class Failed(Exception):
    """A drill ended without a result; it has said why."""


class Isolated:
    """Runs drills on templates and a cluster that are made once."""

    def __init__(self, path: Path, variables: Mapping[str, str], pace: Pace) -> None:
        self._path, self._variables, self._pace = path, variables, pace
        self._designs = dict[frozenset[tuple[str, str]], Path]()
        self._synthesizing = asyncio.Lock()
        self._count = 0

    async def run(
        self,
        drill: Callable[[Setting], Any],
        title: str,
        found: type[Found],
        variables: Mapping[str, str] = {},
    ) -> Found:
        """What a drill returns on the design with these variables too. Raises Failed."""
        self._count += 1
        place = self._path / str(self._count)
        place.mkdir()
        request = {
            "drill": (drill.__module__, drill.__name__),
            "title": title,
            "design": str(await self._design({**self._variables, **variables})),
            "database": read(self._variables).database,
            "cluster": str(self._path / "postgres" / "postgresql"),
            "pace": asdict(self._pace),
        }
        given = place / "request.json"
        given.write_text(json.dumps(request))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tools.fleet.isolated", str(given)),
            start_new_session=True,  # Ctrl-C ends it by us
        )
        try:
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if code:
            raise Failed(title)
        return msgspec.json.decode((place / "result.json").read_bytes(), type=found)

    async def _design(self, variables: Mapping[str, str]) -> Path:
        key = frozenset(variables.items())
        async with self._synthesizing:
            if key not in self._designs:
                place = self._path / f"cdk-{len(self._designs)}"
                await asyncio.to_thread(design.write, place, **variables)
                self._designs[key] = place
        return self._designs[key]


@contextmanager
def isolated(variables: Mapping[str, str], pace: Pace) -> Iterator[Isolated]:
    """Make what the drills share; it is there during the block."""
    with folder() as path:
        if read(variables).database != "none":
            with EmbeddedPostgres.start(path / "postgres") as postgres:
                asyncio.run(ServerProcess(postgres.dsn, path / "migrate.log").migrate())
        yield Isolated(path, variables, pace)


def _inside(given: Path) -> None:
    """Run a drill in namespaces of this process's own."""
    request = json.loads(given.read_text())
    module, name = request["drill"]
    try:
        sandbox.enter()
        memory = _memory(given.with_name("memory"))
        setting = Setting(
            title=request["title"],
            design=load(Path(request["design"])),
            database=request["database"],
            cluster=Path(request["cluster"]),
            folder=memory,
            hosts=memory / "hosts",
            pace=Pace(**request["pace"]),
        )
        found = getattr(import_module(module), name)(setting)
        if inspect.iscoroutine(found):
            found = asyncio.run(found)
    except (NetworkError, sandbox.Unavailable) as error:
        sys.exit(f"{request['title']}: {error}")
    given.with_name("result.json").write_bytes(msgspec.json.encode(found))


def _memory(folder: Path) -> Path:
    """A folder in memory, since no drill is about the disk; its `hosts` is also /etc/hosts."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", folder], check=True)
    (folder / "hosts").write_text("127.0.0.1 localhost\n")
    subprocess.run(["mount", "--bind", folder / "hosts", "/etc/hosts"], check=True)
    return folder


if __name__ == "__main__":
    _inside(Path(sys.argv[1]))
