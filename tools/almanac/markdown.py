"""The parts of which docs/content/almanac.md is written, as lines."""

import textwrap
from collections.abc import Iterator


def section(title: str) -> Iterator[str]:
    yield from ("", f"## {title}")


def prose(text: str) -> Iterator[str]:
    yield ""
    yield from textwrap.wrap(" ".join(text.split()), 98, break_on_hyphens=False)
