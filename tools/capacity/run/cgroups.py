"""A task's CPU quota, as Fargate gives it one: a control group with a bandwidth limit."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_PERIOD_US = 20_000
"""How often the kernel gives a group its share.

With the kernel's own 100 ms a task that has used its share would stand still for up to 75 ms.
"""

_PRECEDENCE = 100
"""How much more than other processes a group gets when both cores are busy, up to its quota."""

_REMOVAL_SECONDS = 5


class NotPermitted(Exception):
    """CPU quotas cannot be set here; the message says what is missing."""


class Group:
    """A control group with this share of a core; without one it only has precedence over others.

    Processes join by their id; what they start then is in it too.
    """

    def __init__(self, name: str, cores: float | None = None) -> None:
        own = f"kirosample-{os.getpid()}-{name}"
        quota = None if cores is None else str(round(cores * _PERIOD_US))
        if (_ROOT / "cpu").exists():
            self._limits = _ROOT / "cpu" / own
            self._usage = _ROOT / "cpuacct" / own
            settings = {
                "cpu.cfs_period_us": str(_PERIOD_US),
                "cpu.cfs_quota_us": quota or "-1",
                "cpu.shares": str(1024 * _PRECEDENCE),
            }
        else:
            self._limits = self._usage = _ROOT / own
            settings = {
                "cpu.max": f"{quota or 'max'} {_PERIOD_US}",
                "cpu.weight": str(100 * _PRECEDENCE),
            }
        self._folders = list(dict.fromkeys((self._limits, self._usage)))
        try:
            for folder in self._folders:
                folder.mkdir(exist_ok=True)  # both controllers may be in one hierarchy
            for file, value in settings.items():
                (self._limits / file).write_text(value)
        except OSError as error:
            self.remove()
            raise NotPermitted(
                f"CPU quotas cannot be set here ({error}): it needs root, or a container with "
                f"{_ROOT} mounted for writing and the cpu controller"
            ) from None

    def add(self, process: int) -> None:
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(process))

    def cpu_seconds(self) -> float:
        """What its processes have used so far."""
        if self._limits != self._usage:
            return int((self._usage / "cpuacct.usage").read_text()) / 1e9
        return int(_pairs(self._usage / "cpu.stat")["usage_usec"]) / 1e6

    def waited(self) -> float:
        """Seconds that its processes waited for a core so far, without those for the quota.

        It is less after one of them has ended.
        """
        processes = (self._limits / "cgroup.procs").read_text().split()
        waited = sum(
            int(Path(f"/proc/{one}/schedstat").read_text().split()[1]) for one in processes
        )
        stat = _pairs(self._limits / "cpu.stat")
        throttled = int(stat.get("throttled_time", 0)) or 1000 * int(stat.get("throttled_usec", 0))
        return (waited - throttled) / 1e9

    def remove(self) -> None:
        """Remove it, and kill what still runs in it; this process leaves it."""
        until = time.monotonic() + _REMOVAL_SECONDS
        for folder in self._folders:
            while folder.exists():
                for process in map(int, (folder / "cgroup.procs").read_text().split()):
                    if process == os.getpid():
                        (folder.parent / "cgroup.procs").write_text(str(process))
                    else:
                        with suppress(ProcessLookupError):
                            os.kill(process, signal.SIGKILL)
                try:
                    folder.rmdir()
                except OSError:  # an ended process leaves its group a moment later
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.02)


@contextmanager
def group(name: str, cores: float | None = None) -> Iterator[Group]:
    """A group during the block."""
    made = Group(name, cores)
    try:
        yield made
    finally:
        made.remove()


def _pairs(file: Path) -> dict[str, str]:
    return dict(line.split() for line in file.read_text().splitlines())
