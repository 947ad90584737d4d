"""Parts of files that only some repositories have, between two marker lines.

    # portal
    …
    # /portal

in code, and `<!-- portal -->` … `<!-- /portal -->` in Markdown. The new repository keeps the lines
of the regions that it asks for, and no marker.
"""

import re
from collections.abc import Collection

PORTAL = "portal"
"""What only this repository has: no other keeps it."""

REGIONS = (PORTAL, "page", "no-page", "database", "no-database", "rds", "aurora")
_MARKER = re.compile(rf"\s*(?:#|--|//|<!--)\s*(/?)({'|'.join(REGIONS)})(?:\s*-->)?\s*")


def select(text: str, keep: Collection[str]) -> str:
    """The text without markers, and without the regions that are not in `keep`.

    Raises ValueError if a region is not closed in the order it was opened.
    """
    lines, opened = [], list[str]()
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if marker := _MARKER.fullmatch(line):
            ends, name = marker.groups()
            if not ends:
                opened.append(name)
            elif not opened or opened.pop() != name:
                raise ValueError(f"line {number}: /{name} closes no region {name}")
        elif all(name in keep for name in opened):
            lines.append(line)
    if opened:
        raise ValueError(f"the region {opened[-1]} is not closed")
    return "".join(lines)
