"""Namespaces of the command's own: the kernel ends and removes all it made, whatever happens to it.

Three processes: the one that the user started waits and passes signals on; the first of the new PID
namespace reaps orphans; the third is the command. When one of the first two ends, the kernel kills
the rest of the PID namespace, and with it the network and mount namespaces go.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from types import FrameType

PROGRAMS = {"unshare": "util-linux", "mount": "mount", "ip": "iproute2", "nft": "nftables"}
"""What a network needs, and the Debian package of each."""

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_NAMESPACES = 0x00020000 | 0x20000000 | 0x40000000  # CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET
_PR_SET_PDEATHSIG = 1
_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_AS_USER = ("--user", "--map-current-user", "--keep-caps")
_ENTERED = "FLEET_USER_NAMESPACE"

# `ip netns` keeps its names in /run.
_MOUNTS = """
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/netns
"""


class Unavailable(Exception):
    """This machine or account cannot make namespaces; the message is one line."""


def missing() -> str:
    """What is missing to make namespaces, and how to get it; empty if nothing is."""
    for folder in ("/usr/sbin", "/sbin"):  # not in every user's PATH
        if folder not in os.environ["PATH"].split(os.pathsep):
            os.environ["PATH"] += os.pathsep + folder
    for program, package in PROGRAMS.items():
        if not shutil.which(program):
            return f"{program} is missing: apt-get install {package}"
    flags = () if os.geteuid() == 0 or _ENTERED in os.environ else _AS_USER
    trial = ["unshare", *flags, "--net", "--mount", "--pid", "--fork", "mount", "-t", "tmpfs"]
    done = subprocess.run([*trial, "tmpfs", "/run"], capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    return (
        f"no right to make network namespaces ({done.stderr.strip()}): be root, use a container "
        "with CAP_SYS_ADMIN and CAP_NET_ADMIN, or allow user namespaces"
    )


def enter() -> None:
    """Continue in new network, mount and PID namespaces, in another process. Raises Unavailable.

    To be called before there are threads or temporary files. The network has only a loopback.
    """
    if reason := missing():
        raise Unavailable(reason)
    if os.geteuid() != 0 and _ENTERED not in os.environ:
        os.environ[_ENTERED] = "yes"
        os.execvp("unshare", ["unshare", *_AS_USER, sys.executable, *sys.orig_argv[1:]])
    sys.stdout.flush()
    sys.stderr.flush()
    if _LIBC.unshare(_NEW_NAMESPACES):
        raise Unavailable(f"unshare: {os.strerror(ctypes.get_errno())}")
    _continue_in_child()
    # The first process of the PID namespace: in a group of its own, so that Ctrl-C reaches the
    # command once, from the waiting process.
    os.setpgid(0, 0)
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _continue_in_child()
    subprocess.run(["sh", "-ec", _MOUNTS], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def _continue_in_child() -> None:
    """Fork, and return in the child. The parent passes signals on, and exits as the child does."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    child = os.fork()
    if not child:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        return

    def pass_on(number: int, _: FrameType | None) -> None:
        os.kill(child, number)

    for number in _SIGNALS:
        signal.signal(number, pass_on)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)
