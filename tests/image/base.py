"""A stand-in for the image that the Dockerfile starts from, where no image registry is reached.

It is Debian's own Python on the Debian release that the base's name says, and is like
`python:3.13-slim` in what the Dockerfile rests on: `python` in /usr/local/bin, a pip that pip can
remove, apt, and a standard library without bytecode.
"""

import re
import shutil
import subprocess
from pathlib import Path

from tests.image.store import Store

_TRUSTED = "etc/ssl/certs/ca-certificates.crt"
_INSTALL_PIP = (
    "wheel=$(echo /usr/share/python-wheels/pip-*.whl) && "
    'PYTHONPATH="$wheel" python -B -m pip install --quiet --no-index --no-compile '
    '--root-user-action ignore "$wheel"'
)


def base_name(dockerfile: Path) -> tuple[str, str, str]:
    """The base image's whole name, its Python version and its Debian release."""
    match = re.search(
        r"^FROM (\S+/python:(\d+\.\d+)-slim-(\w+)) AS base$", dockerfile.read_text(), re.M
    )
    assert match, "the Dockerfile's base is no python:X.Y-slim-RELEASE"
    return match[1], match[2], match[3]


def make_base(store: Store, dockerfile: Path) -> None:
    """Put the stand-in into the store, under the name that the Dockerfile asks for."""
    name, version, release = base_name(dockerfile)
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
        # What the machine trusts and whom it asks for names, the build does too.
        for shared in (_TRUSTED, "etc/resolv.conf"):
            shutil.copyfile(Path("/", shared), root / shared)
        subprocess.run(
            ["chroot", str(root), "sh", "-c", _INSTALL_PIP], check=True, capture_output=True
        )
        store.run("commit", "--quiet", container, name)
