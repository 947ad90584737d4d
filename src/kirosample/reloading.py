"""For development: run a command of ours, and again at each change in the package.

`python -m kirosample.reloading run` is `kirosample run`, started anew. Files are looked at twice a
second rather than watched, since a folder shared with a container or a virtual machine sends no
events; and everything in the package counts, since templates and styles are read at the start.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

_PACKAGE = Path(__file__).parent
_LOOK_EVERY_SECONDS = 0.5

Snapshot = dict[Path, int]


def main() -> None:
    """Run until the command ends by a signal to us, and exit with its code."""
    process = _start()

    def pass_on(number: int, _: FrameType | None) -> None:
        process.send_signal(number)
        sys.exit(process.wait())

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    seen = _snapshot()
    while True:
        time.sleep(_LOOK_EVERY_SECONDS)
        now = _snapshot()
        if now == seen:
            continue
        changed = sorted(file.relative_to(_PACKAGE) for file, _ in now.items() ^ seen.items())
        print(f"{changed[0]} changed: starting again", file=sys.stderr, flush=True)
        seen = now
        process.terminate()
        process.wait()
        process = _start()


def _start() -> subprocess.Popen[bytes]:
    # A start that fails, by half an edit, waits for the next change like one that serves.
    return subprocess.Popen([sys.executable, "-m", "kirosample", *sys.argv[1:]])  # noqa: S603


def _snapshot() -> Snapshot:
    """When each file of the package was last changed, in nanoseconds."""
    found: Snapshot = {}
    for file in _PACKAGE.rglob("*"):
        if "__pycache__" not in file.parts and file.is_file():
            try:
                found[file] = file.stat().st_mtime_ns
            except FileNotFoundError:  # an editor's own, gone meanwhile
                continue
    return found


if __name__ == "__main__":
    main()
