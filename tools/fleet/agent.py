"""What ECS's agent does with a task's containers, as its definition in the template says.

- A container that depends on another being HEALTHY starts when a check of that one has passed, or
  gives up when `startTimeout` has passed since that one's start, and is then STOPPED.
- The task is RUNNING once each container has started or stopped. An UNHEALTHY container of a task
  that is not RUNNING yet is left alone (containers-roadmap 2379).
- A task stops when an essential container does, and its containers stop in the reverse order of
  their dependencies: SIGTERM, and SIGKILL after `stopTimeout`.

AWS's two sources differ in one point, `Reading`.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from tools.fleet.network import Host
from tools.loadtest.sandbox import ServerProcess

Definition = Sequence[Mapping[str, Any]]
"""`ContainerDefinitions` of a task definition."""


class Reading(Enum):
    """What happens to a task of which a container gave up waiting."""

    DOCUMENTED = "it stops (ContainerDefinition.startTimeout in ECS's API reference)"
    AGENT = "it stops if that container is essential (amazon-ecs-agent, agent/api/task/task.go)"


class TaskStopped(Exception):
    """The task stopped before it was RUNNING; the message says why."""


class Process(Protocol):
    async def launch(self) -> None: ...
    def alive(self) -> bool: ...
    def signal(self, number: int) -> None: ...
    async def exited(self, within: float = 30) -> int: ...
    async def close(self) -> None: ...


class Sidecar:
    """A container's own process, in a process group that ends with it as on ECS."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self._command, self._log = command, log
        self._process: subprocess.Popen[bytes] | None = None

    async def launch(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.to_thread(
                subprocess.Popen,
                self._command,
                env={"PATH": os.environ["PATH"]},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def signal(self, number: int) -> None:
        assert self._process
        self._process.send_signal(number)

    async def exited(self, within: float = 30) -> int:
        assert self._process
        code = await asyncio.to_thread(self._process.wait, within)
        self._end_group()
        return code

    async def close(self) -> None:
        if self.alive():
            self.signal(signal.SIGKILL)
            await self.exited()

    def _end_group(self) -> None:
        assert self._process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


class Agent:
    """The containers of one task; the application's process is `server`."""

    def __init__(
        self,
        definition: Definition,
        server: ServerProcess,
        *,
        host: Host,
        log: Path,
        start_timeout: float,
        check_seconds: float,
        reading: Reading,
    ) -> None:
        self._definition, self._server, self._reading = definition, server, reading
        self._start_timeout, self._check_seconds = start_timeout, check_seconds
        self._processes: dict[str, Process] = {
            found["Name"]: server
            if found["Name"] == "app"
            else Sidecar(host.command([*found["EntryPoint"], *found["Command"]]), log)
            for found in definition
        }
        self._started: dict[str, float] = {}
        self.healthy = False
        """Whether a check of the application has passed."""

    async def run(self) -> None:
        """Start the containers, and return when the task is RUNNING. Raises TaskStopped."""
        for found in self._definition:
            name = found["Name"]
            for dependency in found.get("DependsOn", ()):
                assert dependency["Condition"] == "HEALTHY"
                other = dependency["ContainerName"]
                if not await self._becomes_healthy(other):
                    if found["Essential"] or self._reading is Reading.DOCUMENTED:
                        seconds = f"{self._start_timeout:g} s"
                        raise TaskStopped(f"its {name} waited {seconds} for a healthy {other}")
                    break  # STOPPED, which is as good as started
            else:
                await self._processes[name].launch()
                self._started[name] = time.monotonic()

    async def check(self) -> bool:
        """Wait for the next check of the application, and return whether it passed."""
        await asyncio.sleep(self._check_seconds)
        self.healthy = await self._server.command("healthcheck") == 0
        return self.healthy

    async def stop(self) -> int:
        """Stop what runs, in order; return the first exit code that is not 0, or 0."""
        codes = []
        for found in reversed(self._definition):
            process = self._processes[found["Name"]]
            if found["Name"] not in self._started:
                continue
            if process.alive():
                process.signal(signal.SIGTERM)
            try:
                codes.append(await process.exited(found["StopTimeout"]))
            except subprocess.TimeoutExpired:
                process.signal(signal.SIGKILL)
                codes.append(await process.exited())
        return next((code for code in codes if code), 0)

    async def close(self) -> None:
        """Kill what runs."""
        for process in self._processes.values():
            await process.close()

    async def _becomes_healthy(self, name: str) -> bool:
        assert name == "app"
        while time.monotonic() < self._started[name] + self._start_timeout:
            if await self.check():
                return True
            if not self._server.alive():
                raise TaskStopped(f"its essential container {name} exited")
        return False
