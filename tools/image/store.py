"""A temporary image store of buildah, without a daemon."""

import json
import re
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

IMAGE = "localhost/kirosample"
BASE = "localhost/base"

_TRUSTED = "etc/ssl/certs/ca-certificates.crt"
_INSTALL_PIP = (
    "wheel=$(echo /usr/share/python-wheels/pip-*.whl) && "
    'PYTHONPATH="$wheel" python -B -m pip install --quiet --no-index --no-compile '
    '--root-user-action ignore "$wheel"'
)


class Store:
    """Images and containers in a folder."""

    def __init__(self, folder: Path) -> None:
        self._command = [
            "buildah",
            "--storage-driver=vfs",
            f"--root={folder / 'storage'}",
            f"--runroot={folder / 'run'}",
        ]

    def run(self, *arguments: str) -> str:
        """The output of a buildah command. Raises CalledProcessError."""
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
        """Build the source's Dockerfile as IMAGE, with BASE instead of its first `FROM`."""
        limits = (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC))
        hard = [(name, resource.getrlimit(limit)[1]) for name, limit in limits]
        self.run(
            "build",
            "--format=docker",  # OCI's has no health check
            f"--tag={IMAGE}",
            f"--from={BASE}",
            "--pull=never",
            "--isolation=chroot",
            "--network=host",
            # Its defaults exceed the limits of a build container.
            *(f"--ulimit={name}={most}:{most}" for name, most in hard if most > 0),
            str(source),
        )

    def configuration(self) -> dict[str, Any]:
        """IMAGE's configuration: User, Env, Entrypoint, Cmd, Healthcheck, Labels."""
        inspected = json.loads(self.run("inspect", "--type", "image", IMAGE))
        return dict(inspected["Docker"]["config"])


@contextmanager
def store() -> Iterator[Store]:
    """An empty store, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="kirosample-image-") as folder:
        yield Store(Path(folder))


def make_base(store: Store, dockerfile: Path) -> None:
    """Build BASE, a stand-in for the Dockerfile's base image, without an image registry.

    It is Debian's Python on the Debian release of the base's name. Like `python:3.13-slim`, it has
    `python` in /usr/local/bin, a removable pip, apt, and a standard library without bytecode.
    """
    match = re.search(r"^FROM \S+/python:([\d.]+)-slim-(\w+)@", dockerfile.read_text(), re.M)
    assert match, "the Dockerfile's base is not python:X.Y-slim-RELEASE@sha256:…"
    version, release = match.groups()
    with store.container("scratch") as (container, root):
        packages = f"python{version},python3-pip-whl,ca-certificates"
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={packages}", release, str(root)],
            check=True,
            capture_output=True,
            text=True,
        )
        library = root / f"usr/lib/python{version}"
        (library / "EXTERNALLY-MANAGED").unlink()
        for compiled in library.rglob("*.pyc"):
            compiled.unlink()
        for link in ("python", "python3"):
            (root / "usr/local/bin" / link).symlink_to(f"/usr/bin/python{version}")
        # The build uses the machine's certificate authorities and name servers.
        for shared in (_TRUSTED, "etc/resolv.conf"):
            shutil.copyfile(Path("/", shared), root / shared)
        subprocess.run(
            ["chroot", str(root), "sh", "-c", _INSTALL_PIP], check=True, capture_output=True
        )
        store.run("commit", "--quiet", container, BASE)
