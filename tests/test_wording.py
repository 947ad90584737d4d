"""The English catalogue as an editor reads it: one word for one thing, names and marks by rules."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message
from tests import messages
from tests.test_messages import texts

from kirosample import quotes

GLOSSARY = {
    "いいね": "like|favorite",
    "お気に入り": "favorite|like",
    "節気": "solar term",
    "六曜": "rokuyō",
    "出典": "source|come from",
    "取り消": "remove",
    "名言": "quote",
    "和暦": "era",
    "干支": "eto",
    "新月": "new",
    "旧暦": "lunar",
    "日の入": "sunset",
    "星占い": "horoscope|reading|ranking",
    "星座": "sign",
    "月齢": "age of the Moon|age at noon|days old|Moon,",
    "満月": "full",
    "祝日": "holiday",
    "逆行": "retrograde",
    "順位": "rank",
}
"""A Japanese term, and what a translation of it must have one of."""

NEVER = (
    "anticlockwise|clothes pegs|colour|favourite|grey|jewellery|pyjamas|rucksack",
    "old calendar|people like|take back|vote",
    "[Tt]he (?:moon|sun|earth)",
)
"""British spellings, other words for what the glossary names, the Moon in lower case."""

SAYING_NOTHING = {"click here", "go", "here", "learn more", "more", "read more", "see more", "this"}

PROPER = frozenset(
    {
        "API", "Aries", "Astronomical", "CSV", "Earth", "English", "Favorites", "ISO", "JSON",
        "Japan", "Japanese", "Moon", "National", "Observatory", "Standard", "Sun", "Time", "Tokyo",
        "YYYY",
    }
)  # fmt: skip
"""What has a capital within a sentence; Favorites is the page's name."""

JOINED = frozenset(
    {
        "・", "：", "、", "人のお気に入り", "前の日、", "次の日、", "日本語訳：",
        "原文（{language}）",
    }
)  # fmt: skip
"""Messages that something is put before or after: these may end in a space."""

FAMILIES = frozenset(
    {
        "Akutagawa", "Arishima", "Chiri", "Dazai", "Fukuzawa", "Hagiwara", "Hashimoto", "Hayashi",
        "Higuchi", "Ishida", "Ishikawa", "Kajii", "Kaneko", "Katsu", "Kitahara", "Kobayashi",
        "Kunikida", "Makino", "Masaoka", "Matsuo", "Miki", "Miyamoto", "Miyazawa", "Mori",
        "Motoori", "Nagatsuka", "Nakahara", "Nakajima", "Nakaya", "Natsume", "Niimi", "Nishida",
        "Okakura", "Okamoto", "Ozaki", "Sakaguchi", "Satō", "Shimazaki", "Sugita", "Tachibana",
        "Tachihara", "Takahama", "Takamura", "Taneda", "Tanizaki", "Terada", "Uchimura", "Wakayama",
        "Yagi", "Yamakawa", "Yamamura", "Yanagita", "Yosa", "Yosano", "Yoshida",
    }
)  # fmt: skip
COURT_AND_TEMPLE = frozenset(
    {
        "Dōgen", "Izumi Shikibu", "Murasaki Shikibu", "Prince Shiki", "Princess Nukata", "Ryōkan",
        "Saigyō", "Sei Shōnagon", "Zeami",
    }
)  # fmt: skip
"""Japanese authors who are known without a family name."""

WROTE_IN_ANOTHER_LANGUAGE = {"岡倉天心", "佐藤一斎"}
LONG_VOWEL = re.compile("ou|oo|uu")
NOT_LONG = ("Kokuu", "Motoori", "Yamanoue")
"""Two vowels that only meet, each of a word of its own."""


@pytest.fixture(scope="module")
def catalogue() -> list[Message]:
    return [message for message in messages.translated() if message.id]


def said(catalogue: list[Message], kind: str | None = None) -> Iterator[tuple[str, str]]:
    """Each translation without its tags, after what it translates; of messages, or of words."""
    for message in catalogue:
        if message.context == kind:
            of, strings = texts(message)
            for string in strings:
                yield of[0], re.sub("<[^>]+>", "", string)


def everything(catalogue: list[Message]) -> Iterator[str]:
    for kind in {message.context for message in catalogue}:
        for _, string in said(catalogue, kind):
            yield string


def words_of(catalogue: list[Message], kind: str) -> dict[str, str]:
    return dict(said(catalogue, kind))


def japanese_authors() -> set[str]:
    by_language = {(quote.author, quote.language) for quote in quotes.load().quotes}
    write_in_japanese = {author for author, language in by_language if language is None}
    return (write_in_japanese | WROTE_IN_ANOTHER_LANGUAGE) - {"作者不詳"}


@pytest.mark.parametrize("term", GLOSSARY)
def test_a_term_is_translated_in_one_way(term: str, catalogue: list[Message]) -> None:
    using = [(of, string) for of, string in said(catalogue) if re.search(term, of)]
    assert using
    wanted = re.compile(GLOSSARY[term], re.IGNORECASE)
    assert [string for _, string in using if not wanted.search(string)] == []


@pytest.mark.parametrize("words", NEVER)
def test_other_words_for_it_are_not_used(words: str, catalogue: list[Message]) -> None:
    unwanted = re.compile(rf"\b(?:{words})\b")
    assert [string for string in everything(catalogue) if unwanted.search(string)] == []


def test_no_link_says_only_that_there_is_more(catalogue: list[Message]) -> None:
    """Words that say nothing of where they lead, as search engines have them."""
    assert [text for text in everything(catalogue) if text.lower() in SAYING_NOTHING] == []


def test_marks_are_set_as_in_print(catalogue: list[Message]) -> None:
    """Curly quotation marks, single spaces, none before a mark, no dash in prose."""
    slips = re.compile(r"['\"]|  | [,.;:!?)”]|[([“] |—|\.\.\.|\w–\w")
    strings = list(everything(catalogue))
    assert len(strings) > 800
    assert [string for string in strings if slips.search(string)] == []


def test_what_stands_alone_has_no_space_around_it(catalogue: list[Message]) -> None:
    spaced = {of for of, string in said(catalogue) if string != string.strip()}
    assert spaced == JOINED


def test_a_sentence_ends_as_one_and_a_heading_does_not(catalogue: list[Message]) -> None:
    ends = [
        (of, string)
        for of, string in said(catalogue)
        if of.endswith("。") != string.rstrip().endswith((".", "?"))
    ]
    assert ends == []


def test_headings_are_in_sentence_case(catalogue: list[Message]) -> None:
    within = re.compile(r"(?<=[\w,;] )[A-Z]\w*")
    capitals = {
        word
        for _, string in said(catalogue)
        for word in within.findall(re.sub(r"\{[^}]*\}", "x", string))
    }
    assert capitals == PROPER


def test_no_two_words_of_a_kind_are_the_same_in_english(catalogue: list[Message]) -> None:
    kinds = {message.context for message in catalogue if message.context}
    assert len(kinds) > 10
    for kind in kinds:
        words = words_of(catalogue, kind)
        assert len(set(words.values())) == len(words), kind


def test_a_solar_term_is_its_meaning_and_its_name(catalogue: list[Message]) -> None:
    terms = words_of(catalogue, "solar term")
    assert len(terms) == 24
    form = re.compile(r"(?:[A-Z][a-z]+|of|and|in)(?: (?:[A-Z][a-z]+|of|and|in))* \([A-Z][a-zōū]+\)")
    assert [term for term in terms.values() if not form.fullmatch(term)] == []


def test_long_vowels_have_macrons(catalogue: list[Message]) -> None:
    authors = words_of(catalogue, "author")
    names = [authors[author] for author in japanese_authors()]
    names += words_of(catalogue, "rokuyo").values()
    for kind in ("solar term", "zassetsu"):
        names += re.findall(r"\((.+)\)", "\n".join(words_of(catalogue, kind).values()))
    assert len(names) > 100
    written_out = {name for name in names if LONG_VOWEL.search(name)}
    assert {name for name in written_out if not name.startswith(NOT_LONG)} == set()


def test_a_japanese_author_has_the_family_name_first(catalogue: list[Message]) -> None:
    authors = words_of(catalogue, "author")
    names = {authors[author] for author in japanese_authors()} - COURT_AND_TEMPLE
    clans = {name for name in names if " no " in name}
    assert {name for name in names - clans if name.split()[0] not in FAMILIES} == set()
    assert {name.split()[0] for name in names - clans} == FAMILIES


def test_other_authors_are_written_as_english_books_do(catalogue: list[Message]) -> None:
    """Initials are apart; Chinese is in pinyin without tones; nobody has the name last first."""
    authors = words_of(catalogue, "author")
    assert [name for name in authors.values() if "," in name or re.search(r"\.\S", name)] == []
    kanji = re.compile("[\u4e00-\u9fff]+")
    others = {name for name in authors if kanji.fullmatch(name)} - japanese_authors()
    assert len(others) > 20
    assert [authors[name] for name in others if not authors[name].isascii()] == []
