"""The page for whoever runs the service holds for any service."""

import re
from pathlib import Path

import pytest

from infra.product import PRODUCT
from ishizue_ops.config import ConfigError
from ishizue_ops.runbook.__main__ import OWN, render

SECTIONS = "### LongQueue\nWait.\n\n### NoNotes \t\nAsk.\n\n## Moving\nHow.\n"
PAGE = Path("docs/operations.md")


def test_it_links_within_itself_and_to_what_every_service_has() -> None:
    text = render(PRODUCT, {OWN: SECTIONS})[PAGE]
    titles = re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    links = set(re.findall(r"\]\(([^)\s]+)\)", text))
    links = {link for link in links if "://" not in link}
    assert links - anchors == {"../infra/operations.sh", "../infra/product.py"}
    assert re.findall("@[A-Za-z]+@", text) == []


def test_an_alarm_needs_its_heading() -> None:
    for own in ("", "### LongQueue\n\n## NoNotes\n", "### LongQueue\n\n### NoNotesAtAll\n"):
        with pytest.raises(ConfigError, match=r"(LongQueue|NoNotes) needs a section"):
            render(PRODUCT, {OWN: own})
