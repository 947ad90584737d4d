"""Writes docs/settings.md and docs/settings.ja.md: `python -m tools.settings_reference`.

The Japanese page also has the variables of a deployment, whose meanings `ishizue-ops` has.
"""

import tomllib
from pathlib import Path
from typing import Any

from infra.product import PRODUCT as DESIGN
from ishizue.settings import Option
from ishizue_ops import config
from ishizue_ops.variables import MEANINGS, VARIABLES, Variable
from kirosample.settings import OPTIONS, Settings


def render() -> dict[Path, str]:
    """The text of each page. Raises KeyError for what has no meaning in Japanese."""
    given = _words("en")
    words = _words("ja")
    english = []
    japanese = []
    for option in OPTIONS:
        english.append(_row(option, option.meaning, option.default, given["secret"]))
        default = words["default"].get(option.name, option.default)
        japanese.append(_row(option, words["meaning"][option.name], default, words["secret"]))
    variables = [
        f"| `{each.name}` | {MEANINGS[each.name]['ja']} | {_default(each, words['hobby'])} |\n"
        for each in VARIABLES
    ]
    parts = (words["head"], *japanese, "\n", words["tail"], "\n")
    return {
        Path("docs/settings.md"): "".join((given["head"], *english, "\n", given["tail"])),
        Path("docs/settings.ja.md"): "".join((*parts, words["deployment_head"], *variables)),
    }


def _words(language: str) -> dict[str, Any]:
    file = Path(__file__).with_name(f"settings.{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _row(option: Option, meaning: str, default: str, file: str) -> str:
    secret = file.format(option.name) if option.secret else ""
    default = default.format(getattr(Settings(), option.field, ""))
    return f"| `{option.name}` | {meaning} | {default} | {secret} |\n"


def _default(variable: Variable, otherwise: str) -> str:
    """A default, and the one with SIZE=hobby, if that differs."""
    default, hobby = (
        _shown(getattr(config.read(settings, DESIGN), variable.field))
        for settings in ({}, {"SIZE": "hobby"})
    )
    return default if hobby in (default, "hobby") else otherwise.format(default, hobby)


def _shown(value: object) -> str:
    """A default, as the variable would set it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


if __name__ == "__main__":
    for path, text in render().items():
        path.write_text(text, encoding="utf-8")
