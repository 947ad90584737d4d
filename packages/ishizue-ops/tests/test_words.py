"""What commands say: each text is in both languages, and nothing is said beside them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import ishizue_ops
from ishizue_ops.checks.plan.changes import Kind
from ishizue_ops.project import language
from ishizue_ops.words import COMMANDS, LABELS

ENGLISH = COMMANDS["en"]
JAPANESE = COMMANDS["ja"]
SOURCES = Path(ishizue_ops.__file__).parent
OTHERS = ("audit", "drills", "dumps", "emulator", "iam", "load", "runbook", "trial")
"""Commands that say in English what they find."""

ENDS = re.compile("(Config|Npm|Design|Template|ArgumentType)Error")
PRINTS = re.compile(
    "(deploy/(release/)?|checks/(plan/)?|cost/|destroy/|emulator/|health/)__|deploy/restore|emulator/re"
)


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call of the package: its place, the name of what is called, and the call."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                yield f"{path.relative_to(SOURCES)}:{node.lineno}", name, node


def fields(text: str) -> set[str]:
    """The values in a text, such as `config.region`. Each language joins a list in its own way."""
    named = {name for _, name, _, _ in Formatter().parse(text) if name}
    return {name.replace("listed", "words") for name in named}


def test_every_text_of_the_code_is_in_the_catalogue_with_its_values() -> None:
    used = set()
    for place, called, call in calls():
        if called == "Text":
            name = ast.literal_eval(call.args[0])
            used.add(name)
            given = {str(each.arg) for each in call.keywords} - {"listed"}
            needed = {field.partition(".")[0] for field in fields(ENGLISH[name])}
            # A mapping, whose name is None, may give some.
            assert given == needed or "None" in given, place
    assert used == ENGLISH.keys()


def test_every_text_is_in_japanese_with_the_same_values() -> None:
    assert ENGLISH.keys() ^ JAPANESE.keys() == set()
    for name, text in ENGLISH.items():
        assert fields(JAPANESE[name]) == fields(text), name
        has_words = re.search("[A-Za-z]", re.sub("{.*?}", "", text))
        assert not has_words or re.search("[\u3040-\u9fff]", JAPANESE[name]), name


def test_what_a_command_refuses_or_prints_is_a_text() -> None:
    assert {*get_args(Kind)} <= LABELS.keys()
    for place, called, call in calls():
        parts = [each for argument in call.args for each in getattr(argument, "values", [argument])]
        words = "".join(str(each.value) for each in parts if isinstance(each, ast.Constant))
        if ENDS.fullmatch(called) or called == "Stopped":
            assert not words or place.startswith(OTHERS), place
        elif called == "say":
            *step, said = map(ast.unparse, call.args)
            assert {ast.literal_eval(each) for each in step} <= LABELS.keys(), place
            assert not re.match("f?['\"](?!PostgreSQL )", said), place
        elif called == "print" and PRINTS.match(place):
            # The command's name may come first; a stack is in a region; the rest is for GitHub.
            assert re.fullmatch(r"((\w*: )|(  )?| in |\n== |\n|digest=|::warning::)*", words), place


def test_a_service_in_english_answers_in_japanese_only_if_told_so() -> None:
    assert language({"LANG": "ja_JP.UTF-8"}) == "en"
    assert language({"LANG": "C", "LANGUAGE": "ja"}) == "ja"
