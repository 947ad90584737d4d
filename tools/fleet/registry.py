"""What a task needs from outside the VPC before its containers start: its image and its secrets.

Here a server on the internet stands for ECR and Secrets Manager. Without a way to it, through the
NAT gateway of the task's subnet, Fargate retries and then stops the task with
ResourceInitializationError (secrets and registry auth) or CannotPullContainerError (the image): ECS
developer guide, "Stopped task error messages".
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tools.fleet.network import Host

PORT = 443

_SERVE = "import socketserver as s; s.TCPServer(('', {port}), s.BaseRequestHandler).serve_forever()"
_CONNECT = "import socket; socket.create_connection(('{address}', {port}), {seconds})"
_CONNECT_SECONDS = 3


class CannotPull(Exception):
    """A task's subnet has no way to the registry."""


class Registry:
    """The server on the internet."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def pull(self, task: Host) -> None:
        """Raises CannotPull if the task's host does not reach it."""
        code = _CONNECT.format(address=self._host.address, port=PORT, seconds=_CONNECT_SECONDS)
        process = await asyncio.create_subprocess_exec(
            *task.command([sys.executable, "-S", "-E", "-c", code]),
            stderr=subprocess.DEVNULL,
        )
        if await process.wait():
            raise CannotPull("ResourceInitializationError, CannotPullContainerError")


@contextmanager
def registry(host: Host) -> Iterator[Registry]:
    """Serve during the block."""
    command = host.command([sys.executable, "-S", "-E", "-c", _SERVE.format(port=PORT)])
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield Registry(host)
    finally:
        process.kill()
        process.wait()
