"""The messages of `ishizue` in Japanese, from `serving.toml` beside this module."""

from collections.abc import Mapping
from functools import cache

from kirosample import content


@cache
def load_serving() -> Mapping[str, str]:
    """The Japanese of each message, by the English that `ishizue` has. Raises ContentError."""
    return content.read("web/i18n/serving.toml", dict[str, str])
