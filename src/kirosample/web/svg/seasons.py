"""Pictures of the 24 solar terms, from `seasons.toml` beside this module."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Final

from msgspec import Meta

from kirosample import content
from kirosample.almanac.terms import NAMES

_FILE: Final = "web/svg/seasons.toml"
_Path = Annotated[str, Meta(pattern="^[Mm][0-9A-Za-z ,.-]+$")]


@cache
def load_seasons() -> Mapping[str, str]:
    """The path of each solar term's picture, by its name. Raises ContentError."""
    paths = dict(content.entries(_FILE, content.read(_FILE, dict[str, Any]), _Path))
    content.require_names(_FILE, "pictures", paths, NAMES)
    return paths


def path(term: str) -> str:
    """The path of a solar term's picture. Raises KeyError."""
    return load_seasons()[term]


def season_picture(term: str) -> str:
    """The picture of a solar term, beside a text that names it. Raises KeyError."""
    drawn = path(term)
    size = 'width="48" height="48" viewBox="0 0 48 48"'
    return f'<svg class="season" {size} aria-hidden="true"><path d="{drawn}"/></svg>'
