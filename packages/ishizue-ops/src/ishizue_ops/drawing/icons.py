"""The icons, in `icons.toml`: AWS's shapes in diagrams.net, and AWS's own files for the SVG."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

NETWORK = "#7A3FF0"
COMPUTE = "#B85600"
DATABASE = "#B01FBC"
_COLORS = {
    "people": "#3B4A5C",
    "network": NETWORK,
    "compute": COMPUTE,
    "database": DATABASE,
    "security": "#C62840",
    "management": "#CF1068",
}
"""AWS's color of each category, a little darker: white on it has enough contrast for text."""

_ICONS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("icons.toml").read_text(encoding="utf-8")
)


def _style(icon: Mapping[str, str]) -> str:
    """The square icon of a service, or the outline of a single resource."""
    color = _COLORS[icon["color"]]
    if service := icon.get("service"):
        shape = f"shape=mxgraph.aws4.resourceIcon;resIcon=mxgraph.aws4.{service}"
        return f"{shape};strokeColor=#FFFFFF;fillColor={color}"
    return f"shape=mxgraph.aws4.{icon['resource']};strokeColor=none;fillColor={color}"


STYLES = {kind: _style(icon) for kind, icon in _ICONS.items()}
"""The style of each kind in diagrams.net."""

_FILE = r'<svg xmlns="[^"]+" (viewBox="[^"]+")>(?:<title>.*?</title>)?(.+)</svg>\s*'

FILES = {kind: icon.get("file", kind) for kind, icon in _ICONS.items()}
"""The file of each kind in `icons/`, AWS's terms of which are in THIRD-PARTY.md."""


def symbol(name: str) -> str:
    """A file of `icons/` as an SVG symbol of that name, without its title."""
    text = Path(__file__).with_name("icons").joinpath(f"{name}.svg").read_text(encoding="utf-8")
    match = re.fullmatch(_FILE, text)
    if not match:
        raise ValueError(f"icons/{name}.svg is no icon of AWS")
    return f'<symbol id="icon-{name}" {match[1]}>{match[2]}</symbol>'
