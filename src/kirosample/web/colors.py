"""The colors of the style sheet, for pictures, the manifest and the browser's own bars."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Scheme = Literal["light", "dark"]


@cache
def tokens(scheme: Scheme) -> Mapping[str, str]:
    """The colors of `:root` by name, such as `paper`: `#faf8f3`. Dark ones replace light ones."""
    light, dark = re.findall(r":root \{([^}]*)\}", _style_sheet())[:2]
    pairs = re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light + dark if scheme == "dark" else light)
    return dict(pairs)


@cache
def accents(scheme: Scheme) -> Mapping[str, str]:
    """The accent of each solar term by CSS class, `term-01` to `term-24`, and `new-year`."""
    rule = rf"\.(term-\d\d|new-year) \{{.*?--accent-{scheme}: (#[0-9a-f]{{6}});"
    return dict(re.findall(rule, _style_sheet()))


def _style_sheet() -> str:
    part = Path(__file__).with_name("static") / "style.css" / "10-tokens.css"
    return part.read_text(encoding="utf-8")
