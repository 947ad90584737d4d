"""Programs that run to their end."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ishizue_ops.words import Text


def run(
    command: Sequence[str | Path], error: type[Exception], failure: str | Text, **options: Any
) -> str:
    """What a program prints; `options` are those of `subprocess.run`.

    Raises `error` with the failure and its reason if the program is not there, does not end in
    time, or fails: then the last line that it wrote to its standard error.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, **options)  # noqa: S603
    except OSError as missing:
        raise error(Text("failed-for", failure=failure, reason=missing)) from None
    except subprocess.TimeoutExpired as late:
        reason = Text("not-ended", seconds=late.timeout)
        raise error(Text("failed-for", failure=failure, reason=reason)) from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [Text("no-reason")])[-1]
        raise error(Text("failed-for", failure=failure, reason=said))
    return str(done.stdout)
