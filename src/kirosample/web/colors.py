"""The colors of the style sheet, for pictures, the manifest and the browser's own bars."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, NoReturn

FILE = "web/static/style.css/10-tokens.css"

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


@cache
def _style_sheet() -> str:
    """The style sheet's tokens. Raises ContentError if one of the colors is not `#rrggbb`.

    Those of the dark `:root` are the colors, and `accent-light` and `accent-dark`; the light one
    has the same.
    """
    text = files("kirosample").joinpath(FILE).read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{([^}]*)\}", text)[:2]
    colors = {"accent-light", "accent-dark", *re.findall(r"--([\w-]+):", dark)}
    for number, line in enumerate(text.splitlines(), 1):
        for name, value in re.findall(r"--([\w-]+):\s*([^;}]*;?)", line):
            if name in colors and not re.fullmatch("#[0-9a-f]{6};", value):
                _refuse(f"line {number}: --{name}: must be #rrggbb; not {value}")
    if alone := sorted(colors.symmetric_difference(re.findall(r"--([\w-]+): #", light))):
        _refuse(f"--{', --'.join(alone)}: misspelt, or not in both `:root`")
    return text


def _refuse(fault: str) -> NoReturn:
    from kirosample.content import ContentError  # loads what pictures do not need

    raise ContentError(f"{FILE}: {fault}")
