"""What a drill breaks: a PostgreSQL of its own and real `kirosample serve` processes on it."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.drills.wire import Cut, Link, Refused, request
from tests.postgres import folder

from kirosample.embedded_postgres import EmbeddedPostgres

COOKIE_KEY = "a key for the drills and nothing else"


class Postgres:
    """A server that can be stopped hard, and started again at the same address."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._server = EmbeddedPostgres.start(data)
        self.dsn = self._server.dsn

    async def stop_hard(self) -> None:
        """As `pg_ctl stop -m immediate` does it: no goodbye, no checkpoint."""
        os.kill(self._server.pid, signal.SIGQUIT)
        await asyncio.to_thread(self._server.stop)

    async def start(self) -> None:
        """Start again; returns when it takes connections."""
        self._server = await asyncio.to_thread(EmbeddedPostgres.start, self._data)
        assert self._server.dsn == self.dsn

    def close(self) -> None:
        self._server.stop()


class Serving:
    """One `kirosample serve`, which can be ended and started again on the same port."""

    def __init__(
        self,
        settings: dict[str, str],
        log: Path,
        program: Sequence[str] = ("-m", "kirosample", "serve"),
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._settings = {"PORT": str(self.port), **settings}
        self._log = log
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    async def launch(self) -> None:
        """Start, and wait for nothing."""
        with self._log.open("ab") as log:
            self._process = await asyncio.to_thread(
                subprocess.Popen,
                [sys.executable, *self._program],
                env=_environment(self._settings),
                stdout=log,
                stderr=log,
            )

    async def command(self, name: str) -> int:
        """Run a `kirosample` command with the same settings; answers its exit code."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kirosample", name),
            env=_environment(self._settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return await process.wait()

    async def start(self, within: float = 30) -> float:
        """Start and wait until it is ready; answers how long that took, in seconds."""
        began = time.monotonic()
        await self.launch()
        assert self._process
        link = Link(self.port)
        try:
            while time.monotonic() - began < within:
                assert self._process.poll() is None, self._log.read_text(errors="replace")
                try:
                    await link.open()
                    if (await link.ask(request("GET", "/readyz"))).status == 200:
                        return time.monotonic() - began
                except (Refused, Cut):
                    pass
                await asyncio.sleep(0.02)
        finally:
            await link.close()
        raise TimeoutError("the server does not get ready")

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def signal(self, number: int) -> None:
        assert self._process
        self._process.send_signal(number)

    async def ended(self, seconds: float = 30) -> int:
        """Wait for its end; answers its exit code."""
        assert self._process
        return await asyncio.to_thread(self._process.wait, seconds)

    async def close(self) -> None:
        if self._process and self.alive():
            self._process.kill()
            await self.ended()

    def memory(self) -> float:
        """Its proportional share of memory now, in MB."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        match = re.search(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)
        assert match
        return int(match[1]) / 1024

    def socket_buffers(self) -> float:
        """What the kernel holds of its connections, on both ends, in MB."""
        held = 0
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            local, remote, _, queues = line.split()[1:5]
            if f"{self.port:04X}" in (local[-4:], remote[-4:]):
                held += sum(int(queue, 16) for queue in queues.split(":"))
        return held / 1024 / 1024

    def complaints(self) -> str:
        """What its log says of defects of ours, in a line; empty where all is well."""
        text = self._log.read_text(errors="replace")
        # In our own lines; and what Python says by itself, on stderr.
        errors = [
            json.loads(line)["traceback"].strip().rpartition("\n")[2]
            for line in text.splitlines()
            if line.startswith("{") and '"traceback":' in line
        ]
        errors += re.findall(r"^Traceback .*\n(?:[ \n].*\n?)*(\S.*)", text, re.MULTILINE)
        return f"{len(errors)} tracebacks, the first one: {errors[0]}" if errors else ""


class World:
    def __init__(self, postgres: Postgres, servers: list[Serving]) -> None:
        self.postgres = postgres
        self.servers = servers

    @property
    def server(self) -> Serving:
        return self.servers[0]


@asynccontextmanager
async def world(*, servers: int = 1, drain_seconds: int = 0) -> AsyncIterator[World]:
    """A migrated database and ready servers while the block runs."""
    async with AsyncExitStack() as stack:
        path = stack.enter_context(folder())
        postgres = await asyncio.to_thread(Postgres, path / "postgres")
        stack.callback(postgres.close)
        settings = {
            "DATABASE_URL": postgres.dsn,
            "KIROSAMPLE_COOKIE_KEYS": COOKIE_KEY,
            "KIROSAMPLE_TRUSTED_PROXIES": "127.0.0.0/8",
            "KIROSAMPLE_DRAIN_SECONDS": str(drain_seconds),
        }
        await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "kirosample", "migrate"],
            env=_environment(settings),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        started = [Serving(settings, path / f"server-{number}.log") for number in range(servers)]
        for server in started:
            stack.push_async_callback(server.close)
            await server.start()
        yield World(postgres, started)


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """Ours, without what would change the servers' settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KIROSAMPLE_") and name not in ("DATABASE_URL", "PORT")
    }
    return {**kept, **settings}
