"""What the tests of pages have in common."""

import html
import re

FORM = {"content-type": "application/x-www-form-urlencoded"}
"""The header of a form without fields."""

JAPANESE = re.compile("[\u3005-\u30ff\u3400-\u9fff\uff01-\uff60]+")


def said(page: str) -> str:
    """The text of a page, its spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", "", html.unescape(page)).split())
