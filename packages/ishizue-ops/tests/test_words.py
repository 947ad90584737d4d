"""What commands say: each text is in both languages, and each command uses the reader's."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import ishizue_ops
from ishizue_ops import project
from ishizue_ops.product import Product
from ishizue_ops.words import COMMANDS, JAPANESE

ENGLISH = COMMANDS["en"]
SOURCES = Path(ishizue_ops.__file__).parent
OTHERS = ("audit", "drills", "dumps", "emulator", "fleet", "iam", "load", "runbook", "trial")
"""Commands that say in English what they find."""

REFUSALS = {"ConfigError", "Stopped", "ReleaseError", "NoCredentialsError", "CdkError", "NpmError"}
REFUSALS |= {"DesignError", "TemplateError", "BookError", "NotScanned", "ArgumentTypeError"}
PRINTING = ("deploy/__main__", "deploy/restore", "destroy/__init__", "destroy/__main__")
PRINTING += ("deploy/release/__main__", "checks/plan/__main__", "cost/__main__")


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call in the package by its place and the name of what is called."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                yield f"{path.relative_to(SOURCES)}:{node.lineno}", name, node


def fields(text: str) -> set[str]:
    """The values in a text, such as `config.region`."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_text_of_the_code_is_in_the_catalogue_with_its_values() -> None:
    used = set()
    for place, called, call in calls():
        if called == "Text":
            [name] = [one.value for one in call.args if isinstance(one, ast.Constant)]
            used.add(name)
            given = {one.arg for one in call.keywords}
            texts = [each[name] for each in COMMANDS.values()]
            needed = {field.partition(".")[0] for text in texts for field in fields(text)}
            # None stands for values that a mapping gives.
            assert given - {None} == needed or (None in given and given - {None} <= needed), place
    assert used == ENGLISH.keys()


def test_every_text_is_in_japanese_with_the_same_values() -> None:
    japanese = COMMANDS["ja"]
    assert ENGLISH.keys() - japanese.keys() == set()
    assert japanese.keys() - ENGLISH.keys() == set()
    for name, text in ENGLISH.items():
        assert fields(japanese[name].replace("{listed}", "{words}")) == fields(text), name
        has_words = re.search("[A-Za-z]", re.sub(r"{.*?}", "", text))
        assert not has_words or re.search("[\u3040-\u9fff]", japanese[name]), name


def test_what_a_command_refuses_or_prints_is_a_text() -> None:
    for place, called, call in calls():
        literals = [one for one in call.args if isinstance(one, ast.Constant | ast.JoinedStr)]
        if called in REFUSALS and not place.startswith(OTHERS):
            assert not literals, place
        if called == "print" and place.partition(".py")[0] in PRINTING:
            texts = [part for one in literals for part in getattr(one, "values", [one])]
            words = [str(one.value) for one in texts if isinstance(one, ast.Constant)]
            # The name of the command may come first, and GitHub has words of its own.
            assert re.fullmatch(r"(digest=|::warning::|[a-z]+: )?\W*( in )?\W*", "".join(words)), (
                place
            )


@pytest.mark.parametrize(
    ("variables", "of_japanese", "of_english"),
    [
        ("", "en", "en"),
        ("LANG=ja_JP.UTF-8", "ja", "en"),
        ("LANG=ja", "ja", "en"),
        ("LANG=jam_JM", "en", "en"),
        ("LANG=en_US.UTF-8 LC_MESSAGES=ja_JP", "ja", "en"),
        ("LANG=ja_JP.UTF-8 LC_ALL=C", "en", "en"),
        ("LANG=ja_JP.UTF-8 LANGUAGE=en", "en", "en"),
        ("LANG=C LANGUAGE=ja", "ja", "ja"),
        ("LANG=ja_JP.UTF-8 LANGUAGE=en_US:en", "ja", "en"),
    ],
)
def test_a_command_speaks_the_locales_language_and_an_english_service_english(
    variables: str, of_japanese: str, of_english: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = dict(each.split("=") for each in variables.split())
    assert project.language(environ) == of_english
    monkeypatch.setattr(project, "product", lambda: Product(name="Shop", words=JAPANESE))
    assert project.language(environ) == of_japanese
