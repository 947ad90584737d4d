"""The catalogues of messages: whole, current, and true to what they translate."""

import ast
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Message
from tests import messages

from kirosample.web.messages import Messages

JAPANESE = re.compile("[\u3005-\u30ff\u3400-\u9fff\uff01-\uff60]+")
TEMPLATES = messages.SOURCES / "web" / "templates"
SCRIPT = messages.SOURCES / "web" / "static" / "app.js"

_NOT_SHOWN_IN_ENGLISH = (
    re.compile(r"{#.*?#}", re.S),
    re.compile(r'{% if language == "ja" %}.*?{% (?:else|endif) %}', re.S),
    re.compile(r'"(?:[^"\\]|\\.)*": (?=_\()'),  # the key of a message
    re.compile(r'lang="ja">日本語<|\("　"\)|"gap">　<'),
)


def texts(message: Message) -> tuple[list[str], list[str]]:
    """What a message says in Japanese, and in English: both forms where it counts."""
    told: tuple[Any, Any] = (message.id, message.string)
    of, strings = (list(each) if message.pluralizable else [each] for each in told)
    return of, strings


def placeholders(message: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


@pytest.fixture(scope="module")
def catalogue() -> list[Message]:
    return [message for message in messages.translated() if message.id]


def test_every_message_is_translated_and_none_is_fuzzy(catalogue: list[Message]) -> None:
    assert messages.untranslated(messages.translated()) == []
    assert [message.id for message in catalogue if message.fuzzy] == []
    assert len(catalogue) > 500


def test_the_catalogue_has_what_is_said_and_nothing_else() -> None:
    """`make messages` would change nothing."""
    now = messages.updated(messages.translated())
    assert messages.untranslated(now) == []
    assert messages.po(now).decode() == messages.PO.read_text(encoding="utf-8")


def test_what_is_shipped_is_what_people_edited() -> None:
    assert messages.mo(messages.translated()) == messages.MO.read_bytes()


def test_a_translation_has_the_values_and_only_the_tags_of_its_message(
    catalogue: list[Message],
) -> None:
    for message in catalogue:
        of, strings = texts(message)
        tags = set(re.findall(r"<[^>]+>", of[0]))
        for string in strings:
            assert placeholders(string) == placeholders(of[0]), of[0]
            assert set(re.findall(r"<[^>]+>", string)) <= tags, of[0]
            assert string.count("<") == string.count(">"), of[0]
            assert not JAPANESE.search(string), of[0]


def _unspoken(source: str) -> Iterator[str]:
    """The Japanese in a template that is shown in English pages too, and is no message."""
    for pattern in (*_NOT_SHOWN_IN_ENGLISH, messages.CALL):
        source = pattern.sub("", source)
    yield from JAPANESE.findall(re.sub(r'word\("[a-z ]+", "[^"]+"\)', "", source))


def test_all_japanese_of_the_templates_is_messages() -> None:
    found = {file.name: list(_unspoken(file.read_text("utf-8"))) for file in TEMPLATES.iterdir()}
    assert {name: words for name, words in found.items() if words} == {}
    assert len(found) >= 14
    assert list(_unspoken('<p>きょう</p>{{ _("暦") }}')) == ["きょう"]


@pytest.mark.parametrize(
    "name",
    [
        "problems",
        "requests",
        "items",
        "day_pages",
        "api",
        "feeds",
        "installed",
        "scores",
        "share_cards",
        "share_pictures",
    ],
)
def test_all_japanese_of_what_answers_in_each_language_is_messages(
    name: str, catalogue: list[Message]
) -> None:
    tree = ast.parse((messages.SOURCES / "web" / f"{name}.py").read_text("utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, documented)
    }
    said = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)} - docs
    spoken = {text for text in said if isinstance(text, str) and JAPANESE.search(text)}
    assert spoken - {message.id for message in catalogue} == set()


def test_the_script_says_the_same_things_in_both_languages() -> None:
    script = SCRIPT.read_text("utf-8")
    japanese, english = (
        dict(re.findall(r'^    (\w+): "(.+)",$', body, re.M))
        for body in re.findall(r"^  (?:ja|en): {\n(.*?)^  },$", script, re.M | re.S)
    )
    assert list(japanese) == list(english)
    assert len(japanese) > 10
    assert not JAPANESE.search("\n".join(english.values()))
    assert set(JAPANESE.findall(script)) == set(JAPANESE.findall("\n".join(japanese.values())))


def test_messages_are_spoken_counted_and_escaped() -> None:
    english, japanese = Messages("en"), Messages("ja")
    assert english.say("きょう") == "Today"
    assert japanese.say("きょう") == "きょう"
    assert english.say("") == ""
    assert [english.count("{n}件", n) for n in (0, 1, 2)] == ["0 quotes", "1 quote", "2 quotes"]
    assert japanese.count("{n}件", 1) == "1件"
    assert english.word("body", "月") == "Moon"
    assert english.say("誰も訳していない") == "誰も訳していない"
    told = english.markup(
        "<b>出典確認済み</b> <span class='unbroken'>出版された本文で確かめました</span>"
    )
    assert told.startswith("<b>Source checked:</b>")
    assert "&lt;i&gt;" in english.markup("{day}の<wbr>十二星座", day="<i>")
    malformed = "{field} の形が正しくありません。{expected}"
    limits = {"field": "limit", "expected": "1 から 100 までの整数です。"}
    assert english.tell(malformed, limits).endswith("A whole number from 1 to 100.")
