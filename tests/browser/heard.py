"""Reads of a page what a screen reader is told: roles, names and addresses."""

import re
from typing import Any

from playwright.sync_api import Page

# At last the days of a year, to show a mark.
STRAY = ": [＋－✓●・＃]$|: [＃✓].|.[＋－]$| / |<[a-z]|checkbox: 1 "
"""Glyphs and markup that have no place in a name."""

Node = tuple[str, str, str]
"""Role, name and address."""


def heard(page: Page) -> list[Node]:
    """Return everything in the accessibility tree, in the order of reading."""
    session = page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    spoken = list[Node]()
    left = [nodes[0]]
    while left:
        node = left.pop()
        if node["role"]["value"] != "Date":  # the browser's own parts
            left += [by_id[child] for child in reversed(node.get("childIds", ())) if child in by_id]
        if not node["ignored"]:
            led = [of["value"]["value"] for of in node.get("properties", ()) if of["name"] == "url"]
            name = node.get("name", {}).get("value", "")
            spoken.append((node["role"]["value"], name, "".join(led)))
    return spoken


def called_the_same(nodes: list[Node]) -> list[str]:
    """Return the names of several buttons, or of links that lead to different pages."""
    targets: dict[str, set[str | int]] = {}
    for at, (role, name, address) in enumerate(nodes):
        if role in ("button", "DisclosureTriangle", "link"):
            targets.setdefault(name, set()).add(address or at)
    return [name for name, several in targets.items() if len(several) > 1 or not name]


def misheard(page: Page) -> list[str]:
    """Return stray glyphs, and names that do not say which of several things they mean."""
    nodes = heard(page)
    # The days of a year stand in tables, each with the name of its month.
    days = [str(n) for n in range(1, 32)] if "/year" in page.url else []
    stray = [f"{role}: {name}" for role, name, _ in nodes if re.search(STRAY, f"{role}: {name}")]
    several = [f"several: {name}" for name in called_the_same(nodes) if name not in days]
    nameless = ["a table without a name"] * bool(days and ("table", "", "") in nodes)
    return [*stray, *several, *nameless]
