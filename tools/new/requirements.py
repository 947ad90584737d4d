"""Locked requirements without the packages that nothing requires any more."""

import re
from collections.abc import Iterator, Sequence


def without(locked: str, direct: set[str]) -> str:
    """A locked file of uv with only what `direct` and its own packages require.

    uv names in `# via` who requires a package: these are the arrows to follow.
    """
    entries = list(_entries(locked))
    kept = {name for name, _, _ in entries if name in direct}
    while more := {name for name, _, via in entries if kept.intersection(via)} - kept:
        kept |= more
    return "".join(
        text + _via([one for one in via if one in kept or _names(one, name in direct)])
        for name, text, via in entries
        if name in kept or not name
    )


def _names(via: str, direct: bool) -> bool:
    """Whether it is the project, or another locked file that constrains the package."""
    return via.startswith("-c ") or (direct and " (pyproject.toml" in via)


def _via(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"    # via {names[0]}\n"
    return "".join(["    # via\n", *(f"    #   {name}\n" for name in names)]) if names else ""


def _entries(locked: str) -> Iterator[tuple[str, str, list[str]]]:
    """Each package's name, its lines without `# via`, and what is named there."""
    for text in re.split(r"^(?=[A-Za-z0-9])", locked, flags=re.MULTILINE):
        name = re.match(r"[A-Za-z0-9._-]*", text)
        via = re.findall(r"^    #(?: via|  ) (.+)$", text, flags=re.MULTILINE)
        lines = re.sub(r"^    #(?: via|  ).*\n", "", text, flags=re.MULTILINE)
        yield name[0] if name else "", lines, via
