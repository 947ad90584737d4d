"""`kirosample serve` that samples where its code spends time.

Run as `python -m benchmarks.sampled FILE`. At SIGUSR1 it writes the samples by module since
the last signal to the file. The timer counts user mode, so the kernel's time is not sampled.
"""

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from kirosample import cli

_EVERY_SECONDS = 0.001
_HELPERS = ("contextlib", "functools", "threading")


def main(file: Path) -> None:
    counts: Counter[str] = Counter()

    def sample(_: int, frame: FrameType | None) -> None:
        counts[_module(frame)] += 1

    def write(*_: object) -> None:
        unfinished = file.with_suffix(".part")
        unfinished.write_text(json.dumps(counts))
        unfinished.rename(file)
        counts.clear()

    signal.signal(signal.SIGUSR1, write)
    signal.signal(signal.SIGVTALRM, sample)
    signal.setitimer(signal.ITIMER_VIRTUAL, _EVERY_SECONDS, _EVERY_SECONDS)
    sys.argv[1:] = ["serve"]
    cli.main()


def _module(frame: FrameType | None) -> str:
    """The running module, or its caller if it is only a helper."""
    names = _names(frame)
    return next((name for name in names if name.partition(".")[0] not in _HELPERS), "")


def _names(frame: FrameType | None) -> Iterator[str]:
    while frame:
        yield str(frame.f_globals.get("__name__", ""))
        frame = frame.f_back


if __name__ == "__main__":
    main(Path(sys.argv[1]))
