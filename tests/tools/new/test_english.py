"""The machinery's Japanese texts are replaced by the catalogue's English, and none is left."""

import ast
from pathlib import Path

import pytest

from tests.tools.new.conftest import ROOT
from tools.new.english import in_english

TEXT = "申し訳ありません。こちらの不具合でお答えできませんでした。"
ENGLISH = "Sorry, something went wrong on our side."


@pytest.mark.parametrize(
    "literal",
    [
        f'"{TEXT}"',
        f'"{TEXT[:6]}" "{TEXT[6:]}"',
        f'"{TEXT[:6]}"\n    "{TEXT[6:]}"',
        f'\n    "{TEXT[:6]}"\n    # why\n    "{TEXT[6:]}",\n    headers={{"Retry-After": "2"}},\n',
    ],
)
def test_a_string_is_replaced_however_it_is_broken(literal: str) -> None:
    made = in_english(f'"""A module."""\nraise Problem(503, {literal})\nafter = "as it was"\n')
    raised, after = ast.parse(made).body[1:]
    assert isinstance(raised, ast.Raise)
    assert isinstance(raised.exc, ast.Call)
    assert ast.literal_eval(raised.exc.args[1]) == ENGLISH
    assert ast.unparse(after) == "after = 'as it was'"


def test_placeholders_and_docstrings_stay() -> None:
    made = in_english(
        'def f() -> str:\n    """プロセスが応答している"""\n    return "{field} は {expected}"'
    )
    assert '"""The process responds"""' in made
    assert "{field}" in made
    assert "{expected}" in made


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ('x = "そのような文はない"', "no English in the catalogue"),
        ("x = 1\n# 注\n", "line 2: is Japanese: # 注"),
        ('x = f"{y} は {y}"', "no English"),
    ],
)
def test_what_has_no_english_is_an_error(source: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        in_english(source)


def test_every_handed_on_module_has_its_english() -> None:
    source = ROOT / "src" / "kirosample"
    kept: list[Path] = [
        path
        for folder in ("http", "storage", "telemetry", "postgres")
        for path in (source / folder).rglob("*.py")
    ]
    replaced = [path for path in kept if in_english(path.read_text()) != path.read_text()]
    assert {path.name for path in replaced} >= {"problems.py", "requests.py", "health.py"}
