"""The catalogue of messages is complete and up to date."""

import gettext
import io
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo

from ishizue.http import assets, problems
from kirosample.web.errors import load_serving
from kirosample.web.i18n.catalogue import Catalogue
from kirosample.web.i18n.languages import Messages
from tests.web.common import JAPANESE
from tools import messages

SCRIPT = messages.SOURCES / "web" / "static" / "app.js"


def texts(message: Message) -> tuple[list[str], list[str]]:
    """A message in Japanese and in English, with its plural."""
    told: tuple[Any, Any] = (message.id, message.string)
    of, strings = (list(each) if message.pluralizable else [each] for each in told)
    return of, strings


def placeholders(message: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


@pytest.fixture(scope="module")
def catalogue() -> list[Message]:
    return [message for message in messages.translated() if message.id]


def test_the_catalogue_is_read_as_gettext_reads_it(catalogue: list[Message]) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, messages.translated())
    compiled.seek(0)
    theirs = gettext.GNUTranslations(compiled)
    ours = Catalogue(messages.PO.read_text("utf-8"))
    assert len(catalogue) > 700
    for message in catalogue:
        of, _ = texts(message)
        if message.pluralizable:
            for n in (0, 1, 2):
                assert ours.ngettext(of[0], of[1], n) == theirs.ngettext(of[0], of[1], n)
        elif message.context:
            assert ours.pgettext(message.context, of[0]) == theirs.pgettext(message.context, of[0])
        else:
            assert ours.gettext(of[0]) == theirs.gettext(of[0])


def test_the_catalogues_are_up_to_date() -> None:
    """`make messages` would change nothing."""
    now = messages.updated(messages.translated())
    assert messages.untranslated(now) == []
    assert messages.po(now).decode() == messages.PO.read_text(encoding="utf-8")


def test_a_translation_has_the_placeholders_and_only_the_tags_of_its_message(
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


def test_every_message_of_serving_has_its_japanese() -> None:
    folder = Path(problems.__file__).parent
    spoken = [text for file in sorted(folder.rglob("*.py")) for text in messages.of_code(file)]
    assert set(spoken) == set(load_serving())


def test_the_script_has_the_same_messages_in_both_languages() -> None:
    script = assets.read(SCRIPT).decode()
    japanese, english = (
        dict(re.findall(r'^    (\w+): "(.+)",$', body, re.M))
        for body in re.findall(r"^  (?:ja|en): {\n(.*?)^  },$", script, re.M | re.S)
    )
    assert list(japanese) == list(english)
    assert japanese
    assert not JAPANESE.search("\n".join(english.values()))
    assert set(JAPANESE.findall(script)) == set(JAPANESE.findall("\n".join(japanese.values())))


def test_messages_are_pluralized_and_escaped() -> None:
    english = Messages("en")
    assert [english.count("{n}件", n) for n in (0, 1, 2)] == ["0 quotes", "1 quote", "2 quotes"]
    assert Messages("ja").count("{n}件", 1) == "1件"
    assert english.say("") == ""
    assert english.markup("出版された本文で確認：{seen}", seen="<b>").endswith("edition: &lt;b&gt;")
    assert "&lt;i&gt;" in english.markup("{luck}の順位", luck="<i>")
    malformed = "{field} の形が正しくありません。{expected}"
    limits = {"field": "limit", "expected": "1 から 100 までの整数です。"}
    assert english.tell(malformed, limits).endswith("A whole number from 1 to 100.")
