"""The Japanese texts of handed-on Python files in English, as in the portal's catalogue."""

import ast
import gettext
import json
import re
import textwrap
from functools import cache
from pathlib import Path

_CATALOGUE = Path("src/kirosample/web/i18n/locale/en/LC_MESSAGES/kirosample.mo")
_JAPANESE = re.compile("[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_LINE = 60
"""Characters of a text on one line; `ruff format` joins what fits."""


def in_english(source: str) -> str:
    """The source with each Japanese string replaced. Raises ValueError if any Japanese is left."""
    if not _JAPANESE.search(source):
        return source
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    strings = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _JAPANESE.search(node.value)
    ]
    for node in sorted(strings, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        _replace(lines, node)
    text = b"".join(lines).decode()
    if left := _JAPANESE.search(text):
        number = text.count("\n", 0, left.start()) + 1
        raise ValueError(f"line {number}: is Japanese: {text.splitlines()[number - 1].strip()}")
    return text


def _replace(lines: list[bytes], node: ast.Constant) -> None:
    """Write the English string in place of this one, which may be a concatenation over lines."""
    if node.end_lineno is None or node.end_col_offset is None:
        raise ValueError(f"line {node.lineno}: has no end")
    begin, last = node.lineno - 1, node.end_lineno - 1
    before, after = lines[begin][: node.col_offset], lines[last][node.end_col_offset :]
    is_docstring = lines[begin][node.col_offset :].startswith(b'"""')
    literal = _literal(str(node.value), is_docstring=is_docstring, indent=" " * node.col_offset)
    lines[begin : last + 1] = [before + literal.encode() + after]


def _literal(japanese: str, *, is_docstring: bool, indent: str) -> str:
    english = _catalogue().gettext(japanese).replace("’", "'")  # straight, as in code
    if english == japanese:
        raise ValueError(f"has no English in the catalogue: {japanese}")
    if is_docstring:
        return f'"""{english}"""'
    parts = textwrap.wrap(english, _LINE, drop_whitespace=False, break_long_words=False)
    return f"\n{indent}".join(json.dumps(part, ensure_ascii=False) for part in parts)


@cache
def _catalogue() -> gettext.GNUTranslations:
    with (Path(__file__).parents[2] / _CATALOGUE).open("rb") as file:
        return gettext.GNUTranslations(file)
