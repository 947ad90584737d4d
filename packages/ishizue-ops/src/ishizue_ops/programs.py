"""Programs that run to their end."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def run(command: Sequence[str | Path], error: type[Exception], failure: str, **options: Any) -> str:
    """What a program prints; `options` are those of `subprocess.run`.

    Raises `error` with the failure and its reason if the program is not there, does not end in
    time, or fails: then the last line that it wrote to its standard error.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, **options)  # noqa: S603
    except OSError as missing:
        raise error(f"{failure}: {missing}") from None
    except subprocess.TimeoutExpired as late:
        raise error(f"{failure}: it did not end in {late.timeout:g} s") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise error(f"{failure}: {reason}")
    return str(done.stdout)
