"""The texts of readings: lengths, words, and how few of them sound like a form."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import date

import pytest

from kirosample.horoscope import load_texts, ranks
from kirosample.horoscope.readings.days import fill
from kirosample.horoscope.readings.deals import find_tone
from kirosample.horoscope.readings.texts import SIZES, SUBJECTS, TONES
from kirosample.horoscope.signs import house
from kirosample.horoscope.sky import moon_sign
from kirosample.text import Text, split_sentences
from tests.horoscope.wording import NEVER, check_headline, check_text
from tests.years import days
from tools.horoscope.dealing import CHECKED, DAYS_APART

EVERY = [text for pool in load_texts().pools() for text in pool]

A_FULL_MOON = date(2026, 12, 24)
"""A day that has every one of FIELDS."""

IF_THEN = re.compile(r"(?<![おこそとのほもよろごぞどぼ])[うくぐすつぬむぶる]と、[^。]*ます。$")
REQUEST_JA = re.compile(
    "(?:ください|ましょう|なさい|ないで|て(?:みて|おいて|ね)?|てほしい(?:です)?|"
    "たほうがいい(?:です)?)[。！]$"
)
NUMBER_JA = re.compile(
    r"(?<![時\d一二三四五六七八九十百千])[二三四五六七八九十百千\d]+"
    r"(?:つ|分(?!な|に[^一二三]|です|で。)|秒|人|本|枚|個|回|行|杯|度|通|歩|駅|匹|冊|足|軒|"
    r"日(?!月)|年(?!生)|週|か月|曲|時間|文字|品)"
    r"|一(?:つ|分|枚|本|杯|個|行|通|駅|歩|回|曲)|ひとつ|ふたつ|みっつ"
)
NUMBER_EN = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|\d+)\b"
    r"(?!:\d| o’clock| in the| at night)",
    re.I,
)
IMPERATIVE = re.compile(
    "(?:accept|add|allow|answer|ask|be|begin|borrow|bring|buy|call|carry|catch|change|check|choose|"
    "close|come|count|cover|cut|do|don’t|draw|drop|eat|end|find|finish|fold|follow|forget|forgive|"
    "get|give|go|hand|hang|have|hold|hum|invite|join|keep|knock|laugh|lay|lean|leave|lend|let|lie|"
    "lift|listen|look|make|mark|meet|mention|move|name|never|note|notice|offer|open|order|pack|pass|"
    "pay|pick|plan|play|please|post|pour|press|pull|put|read|remember|repeat|reply|rest|return|ride|"
    "ring|run|save|say|see|sell|send|set|share|show|shut|sign|sing|sit|skip|sleep|smile|speak|spend|"
    "stand|start|stay|stop|store|take|taste|tell|thank|throw|tie|touch|trust|try|turn|use|visit|"
    r"wait|walk|wash|watch|wave|wear|wish|wrap|write)\b",
    re.I,
)
A_SUBJECT = re.compile(r"\S+ (?:is|are|was|were|has|comes|you|we|they|the \w+ (?:is|are))\b")


def is_imperative(sentence: str) -> bool:
    if sentence.endswith("?") or not IMPERATIVE.match(sentence):
        return False
    return sentence.startswith("Let ") or not A_SUBJECT.match(sentence)


def test_texts_have_their_length_and_keep_the_rules_of_words() -> None:
    assert sum(bool(text.props) for text in EVERY) <= len(EVERY) / 2
    for text in EVERY:
        ja, en = fill(text.text, text.fields, A_FULL_MOON)
        assert 75 <= len(ja) <= 110, ja
        assert 35 <= len(en.split()) <= 60, en
        assert min(len(split_sentences(ja)), len(split_sentences(en))) > 1, ja
        assert "".join(split_sentences(ja)) == ja
        assert " ".join(split_sentences(en)) == en
        assert len(split_sentences(ja)[-1]) > 3, "the last one is shown alone"
        assert not NEVER.search(ja + en), ja
        check_text(Text(ja, en), day_off=not text.day_off)
        check_headline(text.headline, day_off=not text.day_off)


@pytest.mark.parametrize("language", Text._fields)
def test_no_sentence_and_no_headline_is_in_two_texts(language: str) -> None:
    sentences = Counter(
        re.sub(r"\W", "", sentence).lower()
        for text in EVERY
        for sentence in split_sentences(getattr(text.text, language))
    )
    headlines = Counter(getattr(text.headline, language) for text in EVERY)
    for counted in (sentences, headlines):
        assert [said for said, times in counted.items() if times > 1] == []


def test_few_sentences_say_what_happens_if_one_does_something() -> None:
    such = [
        text.text.ja for text in EVERY if any(map(IF_THEN.search, split_sentences(text.text.ja)))
    ]
    assert len(such) <= len(EVERY) / 7, such


def test_a_text_makes_at_most_one_request() -> None:
    """English ones that follow each other are one."""
    for text in EVERY:
        assert sum(bool(REQUEST_JA.search(each)) for each in split_sentences(text.text.ja)) <= 1
        asks = [is_imperative(sentence) for sentence in split_sentences(text.text.en)]
        begun = sum(now and not before for before, now in zip([False, *asks], asks, strict=False))
        assert begun <= 1, text.text.en


def test_few_english_sentences_are_an_imperative_with_a_comma() -> None:
    sentences = [sentence for text in EVERY for sentence in split_sentences(text.text.en)]
    such = [sentence for sentence in sentences if "," in sentence and is_imperative(sentence)]
    assert len(such) <= len(sentences) / 8, such


@pytest.mark.parametrize(("language", "number"), [("ja", NUMBER_JA), ("en", NUMBER_EN)])
def test_few_texts_have_a_number(language: str, number: re.Pattern[str]) -> None:
    such = [found[0] for text in EVERY if (found := number.search(getattr(text.text, language)))]
    assert len(such) <= len(EVERY) / 4, such


def test_the_sizes_are_the_most_days_that_a_sign_has_in_180() -> None:
    numbers = defaultdict[tuple[str, str], defaultdict[str, list[int]]](lambda: defaultdict(list))
    for day in days(CHECKED[0].year, CHECKED[1].year):
        for of in ranks(day):
            subject = SUBJECTS[house(moon_sign(day), of.sign) - 1]
            numbers[subject, find_tone(of)][of.sign].append(day.toordinal())
    for subject, sizes in SIZES.items():
        for tone, size in zip(TONES, sizes, strict=True):
            of_signs = numbers[subject, tone].values()
            assert size == max(
                bisect_left(of_sign, first + DAYS_APART) - place
                for of_sign in of_signs
                for place, first in enumerate(of_sign)
            ), (subject, tone)
