"""`make interrupts`: stop each long command by Ctrl-C and by SIGTERM at several moments.

Exit code 1 if a process, a traceback or another exit code than 130 or 143 is left.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tools.postgres import folder

ROOT = Path(__file__).parents[1]
COMMANDS = {
    "synth": ("infra.checks",),
    "cost": ("infra.cost",),
    "deploy-emulated": ("infra.emulator",),
    "restore-drill": ("tools.restore",),
    "upgrade-drill": ("tools.upgrade",),
    "fleet": ("tools.fleet", "1"),
    "drill": ("tools.drills", "1"),
    "image-check": ("tools.image",),
    # portal
    "fuzz": ("tools.fuzz",),
    "lighthouse": ("tools.lighthouse",),
    "capacity": ("tools.capacity.run",),
    "new-check": ("tools.new.check",),
    # /portal
}
"""The modules of the make targets, with arguments that write no document."""

MOMENTS = (0.5, 2, 5, 12, 25)
"""Seconds after the start; a command that has ended by then is not stopped."""

_MOST_SECONDS = 30


def faults(name: str, number: signal.Signals, seconds: float) -> list[str]:
    """What is wrong after the command was stopped in this way.

    Ctrl-C reaches all processes of a terminal, SIGTERM usually the command alone.
    """
    with folder() as temporary:
        # Whatever it starts has this in its arguments or its environment.
        environ = {**os.environ, "TMPDIR": str(temporary)}
        command = [sys.executable, "-m", "tools.run", *COMMANDS[name]]
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                _, said = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                if number == signal.SIGINT:
                    os.killpg(process.pid, number)
                else:
                    process.send_signal(number)
                _, said = process.communicate(timeout=_MOST_SECONDS)
                # Python itself may end by the signal.
                if process.returncode not in (128 + number, -number):
                    said += f"exit code {process.returncode}"
            return [line for line in (said.strip(), *_running(str(temporary))) if line]


def _running(part: str) -> Iterator[str]:
    """The command lines of the processes with this part in them or in their environment."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            environ = (process / "environ").read_bytes()
        except OSError:  # it has ended
            continue
        if process.name != str(os.getpid()) and part.encode() in words + environ:
            yield f"still running: {words.replace(bytes(1), b' ').decode(errors='replace')}"


def main() -> int:
    failed = 0
    for name in COMMANDS:
        for number in (signal.SIGINT, signal.SIGTERM):
            for seconds in MOMENTS:
                began = time.monotonic()
                found = faults(name, number, seconds)
                failed += bool(found)
                took = time.monotonic() - began - seconds
                verdict = "FAILS" if found else "ends" if took > 0 else "had ended"
                print(f"{name}, {number.name} after {seconds:g} s: {verdict}", *found, sep="\n  ")
                sys.stdout.flush()
    print(f"what fails: {failed}" if failed else "all of it ends")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
