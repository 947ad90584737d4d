"""Locked requirements without the packages that nothing requires any more."""

import re
from collections.abc import Iterator


def without(locked: str, direct: set[str]) -> str:
    """A locked file of uv with only what `direct` and its own packages require.

    uv names in `# via` who requires a package: these are the arrows to follow.
    """
    entries = list(_entries(locked))
    kept = {name for name, _, _ in entries if name in direct}
    while more := {name for name, _, via in entries if via & kept} - kept:
        kept |= more
    return "".join(text for name, text, _ in entries if name in kept or not name)


def _entries(locked: str) -> Iterator[tuple[str, str, set[str]]]:
    """Each package's name, its lines, and the packages that require it."""
    for text in re.split(r"^(?=[A-Za-z0-9])", locked, flags=re.MULTILINE):
        name = re.match(r"[A-Za-z0-9._-]*", text)
        via = re.findall(r"^    #(?: via)? +(?:via )?([a-z0-9._-]+)$", text, flags=re.MULTILINE)
        yield name[0] if name else "", text, set(via)
