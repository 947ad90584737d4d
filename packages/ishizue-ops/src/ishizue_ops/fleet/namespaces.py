"""Namespaces of a command's own, which the kernel ends and removes with all it made."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

PROGRAMS = {"unshare": "util-linux", "ip": "iproute2", "nft": "nftables"}
"""What a network needs, and the Debian package of each."""

_FLAGS = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
_AS_USER = ("--user", "--map-current-user", "--keep-caps")

# `ip netns` keeps its names in /run, and the drills change a name in /etc/hosts.
_SETUP = """
mount -t tmpfs -o mode=755 tmpfs "$0"
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/netns
echo 127.0.0.1 localhost >/run/hosts
mount --bind /run/hosts /etc/hosts
ip link set lo up
exec "$@"
"""


def missing() -> str:
    """What this machine lacks, in a line; empty if nothing."""
    for folder in ("/usr/sbin", "/sbin"):  # not in every user's PATH
        if folder not in os.environ["PATH"].split(os.pathsep):
            os.environ["PATH"] += os.pathsep + folder
    for program, package in PROGRAMS.items():
        if not shutil.which(program):
            return f"{program} is missing: apt-get install {package}"
    trial = [*_unshare(), "mount", "-t", "tmpfs", "tmpfs", "/run"]
    done = subprocess.run(trial, capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    return (
        f"no right to make network namespaces ({done.stderr.strip()}): be root, use a container "
        "with CAP_SYS_ADMIN and CAP_NET_ADMIN, or allow user namespaces"
    )


def isolated(folder: Path, command: Sequence[str]) -> list[str]:
    """The command that runs this one in new namespaces, where the folder is empty and in memory."""
    return [*_unshare(), "sh", "-ec", _SETUP, str(folder), *command]


def _unshare() -> list[str]:
    return ["unshare", *(() if os.geteuid() == 0 else _AS_USER), *_FLAGS]
