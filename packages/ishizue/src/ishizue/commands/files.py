"""Files that a command reads and writes: by a path, or at an https URL such as one S3 has signed.

A task on AWS has no disk that somebody could read.
"""

import os
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from ishizue.failure import Failure

_TRANSFER_SECONDS = 300


def read(source: str) -> bytes:
    """Raises Failure."""
    if source.startswith("https://"):
        return _transfer(Request(source))  # noqa: S310
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise Failure(f"{source} cannot be read: {error.strerror}") from error


def write(target: str, content: bytes, media_type: str) -> None:
    """Write the file whole, or not at all, for its owner alone. Raises Failure."""
    if target.startswith("https://"):
        headers = {"Content-Type": media_type}
        _transfer(Request(target, content, headers, method="PUT"))  # noqa: S310
        return
    try:
        part = Path(f"{target}.part")
        part.unlink(missing_ok=True)
        # "x" follows no link
        with open(part, "xb", opener=partial(os.open, mode=0o600)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # so that no power failure leaves an empty one
        part.replace(target)
    except OSError as error:
        raise Failure(f"{target} cannot be written: {error.strerror}") from error


def _transfer(request: Request) -> bytes:
    try:
        with urlopen(request, timeout=_TRANSFER_SECONDS) as response:  # noqa: S310
            content: bytes = response.read()
    except URLError as error:
        address = request.full_url.partition("?")[0]  # what is signed is a secret
        raise Failure(f"{address}: {error.reason}") from error
    return content
