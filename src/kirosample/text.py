"""Words for readers, in both languages."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

# A Japanese sentence ends outside 「」, an English one before a capital letter but after no title.
_JAPANESE: Final = re.compile("(?:[^。！？「『]+|「[^」]*」|『[^』]*』)+[。！？]*")
_ENGLISH_END: Final = re.compile("[.!?…]”? (?=[A-Z“‘{0-9])")
_TITLES: Final = ("Mr.", "Mrs.", "Ms.", "Dr.", "St.")


class Text(NamedTuple):
    """The same in Japanese and in English."""

    ja: str
    en: str

    def filled(self, words: "Mapping[str, Text]") -> "Text":
        """The text with words in place of `{names}`, and in English capital ones of `{Names}`."""
        japanese = {name: word.ja for name, word in words.items()}
        english = {name: word.en for name, word in words.items()}
        japanese |= {name.capitalize(): word for name, word in japanese.items()}
        english |= {name.capitalize(): word.capitalize() for name, word in english.items()}
        return Text(self.ja.format(**japanese), self.en.format(**english))


def typographic(english: str) -> str:
    """An English text with the quotation marks and apostrophes of print."""
    return re.sub(r'"([^"]*)"', r"“\1”", english).replace("'", "’")


def split_sentences(text: str) -> list[str]:
    """The sentences of a text in either language. Quoted ones do not count."""
    if "。" in text:
        return _JAPANESE.findall(text)
    sentences, start = [], 0
    for found in _ENGLISH_END.finditer(text):
        end = found.end() - 1
        is_quoted = text.count("“", start, end) > text.count("”", start, end)
        if not is_quoted and not text.endswith(_TITLES, start, end):
            sentences.append(text[start:end])
            start = end + 1
    return [*sentences, text[start:]]
