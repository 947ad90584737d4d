"""An image store of our own, by buildah: no daemon, and nothing of it outlives the block."""

import json
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

IMAGE = "localhost/kirosample"


class Store:
    """Images and containers in a folder."""

    def __init__(self, folder: Path) -> None:
        self._command = [
            *("buildah", "--root", str(folder / "storage"), "--runroot", str(folder / "run")),
            *("--storage-driver", "vfs"),
        ]

    def run(self, *arguments: str) -> str:
        """What a buildah command prints. Raises CalledProcessError with what it complained of."""
        done = subprocess.run(
            [*self._command, *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    @contextmanager
    def container(self, image: str) -> Iterator[tuple[str, Path]]:
        """A working container made from an image: its name and its root folder."""
        name = self.run("from", "--pull=never", image)
        try:
            yield name, Path(self.run("mount", name))
        finally:
            self.run("rm", name)

    def build(self, source: Path) -> None:
        """Build the source's Dockerfile as IMAGE, from images that are in this store."""
        limits = (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC))
        hard = [(name, resource.getrlimit(limit)[1]) for name, limit in limits]
        self.run(
            # The docker format, since the OCI one has no health check.
            *("build", "--format", "docker", "--tag", IMAGE, "--pull=never"),
            *("--isolation", "chroot", "--network", "host"),
            # Its defaults are above what a container that builds may ask for.
            *(f"--ulimit={name}={most}:{most}" for name, most in hard if most > 0),
            str(source),
        )

    def configuration(self) -> dict[str, Any]:
        """IMAGE's configuration: User, Env, Entrypoint, Cmd, Healthcheck, Labels."""
        inspected = json.loads(self.run("inspect", "--type", "image", IMAGE))
        configuration: dict[str, Any] = inspected["Docker"]["config"]
        return configuration


@contextmanager
def store() -> Iterator[Store]:
    """An empty store, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="kirosample-image-"))
    try:
        yield Store(folder)
    finally:
        shutil.rmtree(folder)
