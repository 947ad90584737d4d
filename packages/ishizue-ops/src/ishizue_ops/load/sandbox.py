"""What a drill breaks: a PostgreSQL of its own and real servers on it."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ishizue.postgres.server import EmbeddedPostgres
from ishizue.testing.client import Aborted, Refused, fetch, request
from ishizue.testing.postgres import connected, folder, free_port
from ishizue_ops.load.workload import workload
from ishizue_ops.project import names


def program(*arguments: str) -> tuple[str, ...]:
    """Python's arguments for the service's command."""
    return ("-m", names().slug, *arguments)


class Postgres:
    """A PostgreSQL server that can be stopped hard and started again at the same address."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._server = EmbeddedPostgres.start(data)
        self.dsn = self._server.dsn

    async def stop_hard(self) -> None:
        """Like `pg_ctl stop -m immediate`: no checkpoint, and connections are cut."""
        os.kill(self._server.pid, signal.SIGQUIT)
        await asyncio.to_thread(self._server.stop)

    async def start(self) -> None:
        """Start again, and return when it accepts connections."""
        self._server = await asyncio.to_thread(EmbeddedPostgres.start, self._data)
        assert self._server.dsn == self.dsn

    def close(self) -> None:
        self._server.stop()


@asynccontextmanager
async def locked(dsn: str) -> AsyncIterator[None]:
    """Hold a lock that blocks every read and write of the workload's table."""
    async with connected(dsn) as connection, connection.transaction():
        await connection.execute(f"LOCK TABLE {workload().table} IN ACCESS EXCLUSIVE MODE")
        yield


class ServerProcess:
    """One server that can be stopped and started again on the same port."""

    def __init__(self, dsn: str, log: Path, **settings: str) -> None:
        self.port = free_port()
        prefix = names().setting("")
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(prefix)
        }
        connection = {"PORT": str(self.port), "DATABASE_URL": dsn}
        self._environment = {**inherited, **connection, **workload().settings, **settings}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    async def _launch(self, command: str) -> "subprocess.Popen[bytes]":
        """Start the service's command; its output is logged."""
        arguments = [sys.executable, *program(command)]
        with self._log.open("ab") as log:
            return await asyncio.to_thread(
                subprocess.Popen, arguments, env=self._environment, stdout=log, stderr=log
            )

    async def migrate(self) -> None:
        """Migrate the database. Raises RuntimeError with the log's last line."""
        if await asyncio.to_thread((await self._launch("migrate")).wait):
            lines = self._log.read_text(errors="replace").splitlines()
            raise RuntimeError(f"migrate fails: {lines[-1] if lines else 'without a message'}")

    async def start(self, within: float = 30) -> float:
        """Start, and return the seconds until it was ready. Raises TimeoutError."""
        began = time.monotonic()
        self._process = await self._launch("serve")
        while time.monotonic() - began < within:
            assert self.alive(), self._log.read_text(errors="replace")
            try:
                if (await fetch(self.port, request("GET", "/readyz"))).status == 200:
                    return time.monotonic() - began
            except (Refused, Aborted):
                pass
            await asyncio.sleep(0.02)
        raise TimeoutError("the server does not become ready")

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def signal(self, number: int) -> None:
        assert self._process
        self._process.send_signal(number)

    async def exited(self, within: float = 30) -> int:
        """Wait for the server's exit code. Raises TimeoutExpired."""
        assert self._process
        return await asyncio.to_thread(self._process.wait, within)

    async def close(self) -> None:
        if self.alive():
            self.signal(signal.SIGKILL)
            await self.exited()

    def memory(self) -> float:
        """The server's proportional set size with its memory files, in MB."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        match = re.search(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)
        assert match
        files = 0
        for file in Path(f"/proc/{self.pid}/fd").iterdir():
            with suppress(OSError):  # the file was closed meanwhile
                if "/memfd:" in str(file.readlink()):
                    files += file.stat().st_blocks * 512
        return int(match[1]) / 1024 + files / 1024**2

    def logged_errors(self) -> str:
        """The tracebacks in the server's log, in a line; empty without any."""
        text = self._log.read_text(errors="replace")
        # The service logs JSON; Python itself prints its tracebacks on stderr.
        errors = [
            json.loads(line)["traceback"].strip().rpartition("\n")[2]
            for line in text.splitlines()
            if line.startswith("{") and '"traceback":' in line
        ]
        errors += re.findall(r"^Traceback .*\n(?:[ \n].*\n?)*(\S.*)", text, re.MULTILINE)
        return f"{len(errors)} tracebacks, the first: {errors[0]}" if errors else ""


@dataclass(frozen=True, slots=True)
class Sandbox:
    postgres: Postgres
    servers: list[ServerProcess]

    @property
    def server(self) -> ServerProcess:
        return self.servers[0]


@asynccontextmanager
async def sandbox(*, servers: int = 1, drain_seconds: int = 0) -> AsyncIterator[Sandbox]:
    """A migrated database and ready servers during the block."""
    async with AsyncExitStack() as stack:
        path = stack.enter_context(folder())
        postgres = Postgres(path / "postgres")  # a thread would start the server after a Ctrl-C too
        stack.callback(postgres.close)
        drain = {names().setting("DRAIN_SECONDS"): str(drain_seconds)}
        started = [
            ServerProcess(postgres.dsn, path / f"server-{number}.log", **drain)
            for number in range(servers)
        ]
        for server in started[:1]:
            await server.migrate()
        for server in started:
            stack.push_async_callback(server.close)
            await server.start()
        yield Sandbox(postgres, started)
