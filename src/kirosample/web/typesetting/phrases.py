"""The phrases of a Japanese text: between them lines may break."""

import re
from typing import Final, NamedTuple

from kirosample import ruby

NAMES: Final = re.compile(
    "おひつじ座|おうし座|ふたご座|かに座|しし座|おとめ座|てんびん座|さそり座|いて座|やぎ座|みずがめ座|"
    "うお座|お気に入り|ひと言"
)
"""Names of signs and of the site's own things: no line divides them, though browsers would.

Not from the horoscope, whose ephemeris the process that draws pictures would load."""

# Where hiragana end and kanji, katakana or a bracket follow, a phrase nearly always begins. A
# single hiragana between kanji ends one only if it can be a particle: 思い込む is one word, 花の色
# is two phrases. The prefixes 「お」 and 「ご」 stay with the next word, as
# 「この」 does; no phrase ends with 「っ」.
_BEGINNING: Final = re.compile(
    "(?<=を)(?=[^もばの、。！？」』）])"
    "|(?:(?<=[ぁ-ん]{2})|(?<=[はがにのへとでもや]))(?<![おごっ])"
    "(?<![こそあ]の)(?=[一-龠ァ-ヴ「『])"
)
_UNDIVIDED: Final = re.compile(
    "世の中|つむじ風|にわか雨|ため息|すみれ草|曲がり角|はずみ車|ひと[粒日月夜目]|ふり[返向]"
    "|つくり出|ねたみ深|うち晴|心の底|をりをり|あをに|向かい合|つま先"
    f"|{NAMES.pattern}"
)
"""Words that look like two."""


class Atom(NamedTuple):
    """A character, or several below one reading, which no line divides.

    `ends_phrase` is a guess, or sure where the text has a mark.
    """

    text: str
    reading: str | None
    ends_phrase: bool
    is_marked: bool = False

    @property
    def marked(self) -> str:
        """The text, with the reading as in `ruby`."""
        return f"{{{self.text}|{self.reading}}}" if self.reading else self.text


def boundaries(text: str) -> set[int]:
    """How many characters stand before each phrase but the first, guessed from the characters."""
    ends = {match.start() for match in _BEGINNING.finditer(text)}
    for word in _UNDIVIDED.finditer(text):
        ends -= set(range(word.start() + 1, word.end()))
    return ends


def atoms(marked: str) -> list[Atom]:
    """The atoms of a text with furigana and marks."""
    guessed = boundaries(ruby.plain(marked))
    end = 0
    pieces: list[Atom] = []
    for base, reading in ruby.split(marked):
        for text in [base] if reading else list(base):
            if text == ruby.PHRASE_END and pieces:
                pieces[-1] = pieces[-1]._replace(ends_phrase=True, is_marked=True)
                continue
            end += len(text)
            pieces.append(Atom(text, reading, end in guessed))
    return pieces


def phrases(marked: str) -> list[str]:
    """The phrases of a text, still with furigana."""
    pieces = [""]
    for atom in atoms(marked):
        pieces[-1] += atom.marked
        if atom.ends_phrase:
            pieces.append("")
    return [phrase for phrase in pieces if phrase]
