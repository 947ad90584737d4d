"""The line files: lines are kind, and keep the rules that no type has."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib import resources

import pytest

from kirosample.horoscope import AREAS, load
from kirosample.horoscope.areas.lines import load as load_area
from kirosample.horoscope.lines.model import NAMED_DAYS, SUBJECTS, Line
from kirosample.horoscope.lines.wording import sentences, uncapitalized
from kirosample.horoscope.pairs import lines as pair_lines
from kirosample.text import Text, typographic
from tests.horoscope.wording import check_headline, check_joins, check_line
from tests.horoscope.years import pools

UNKIND = {
    "ja": re.compile(
        "不運|不幸|最悪|事故|災難|災い|死|病気|怪我|失敗する|裏切|嫌われ|破局|離婚|浮気|裁判|投資|株価|"
        "為替|ローン|借金|ギャンブル|宝くじ|してはいけ|禁物|凶"
    ),
    "en": re.compile(
        r"\b(?:unlucky|accident|death|die|dying|illness|disease|divorce|lawsuit|invest|stocks|"
        r"loan|debt|lottery|you must)\b",
        re.I,
    ),
}


def all_lines() -> Iterator[Line]:
    """Each line once: windows share their pool between days."""
    known = load()
    for subject in known.subjects:
        for pool in subject.values():
            yield from pool
    for pool in {*known.seasons.values(), *known.days.values(), known.new_moon, known.full_moon}:
        yield from pool


def test_no_line_frightens_or_advises_on_health_law_or_investments() -> None:
    texts = [text for line in all_lines() for text in (line.text, line.off, line.headline) if text]
    for thread in pair_lines.load():
        texts += [part for told in thread.texts.values() for text in told for part in text]
        texts += thread.deeds
    texts += [line for area in AREAS for lines in load_area(area).values() for line in lines]
    for text in texts:
        for language, written in text._asdict().items():
            assert not UNKIND[language].search(written), written


def runs(text: str, language: str) -> set[str]:
    """What a reader hears again: five characters in a row, in English three words."""
    if language == "ja":
        return {text[place : place + 5] for place in range(len(text) - 4)}
    words = re.findall(r"[\w’]+", text.lower())
    return {" ".join(words[place : place + 3]) for place in range(len(words) - 2)}


@pytest.mark.parametrize("language", Text._fields)
def test_no_headline_repeats_its_first_sentence(language: str) -> None:
    openings = [line for name, pool in pools() if ".opening." in name for line in pool]
    assert openings
    for line in openings:
        headline, text = (getattr(words, language) for words in (line.headline, line.text))
        assert not runs(headline, language) & runs(sentences(text)[0], language), headline


def test_few_strains_end_in_a_bare_te() -> None:
    strains = [line for name, pool in pools() if name.endswith(".strains") for line in pool]
    bare = [line.text.ja for line in strains if re.search("[てで]。$", line.text.ja)]
    assert len(bare) <= len(strains) / 20, bare


@pytest.mark.parametrize(
    "phrase", ["のがおすすめ", "のが似合い", "のに向いて", "のが吉", "のがいちばん", "のに最適"]
)
def test_a_phrase_of_advice_is_read_at_most_twice_on_any_day(phrase: str) -> None:
    """Twelve readings are of twelve subjects, with a line of each part, and some of the season."""
    parts = set[tuple[str, ...]]()
    of_season = 0
    for name, pool in pools():
        times = sum(phrase in line.on(off).ja for line in pool for off in {False, bool(line.off)})
        if name.partition(".")[0] not in SUBJECTS:
            of_season = max(of_season, times)
        elif times:
            parts.add(tuple(name.split(".")[:2]))
    assert len(parts) + of_season <= 2, parts


MATTERS = (
    "見込み|見通", "願い|夢", "はかど|手が止ま|進みません|遅く", "見分け|値打ち|目利き",
    "伝わ|通じ", "信頼|信じ|信用", "眠|寝つ", "元気|気力|体力|意欲", "手柄|評判|認め", "落ち着",
)  # fmt: skip
"""What an opening may say goes well or badly, by the words that tell of it."""


@pytest.mark.parametrize("matter", MATTERS)
def test_a_turn_of_the_second_line_is_about_another_matter(matter: str) -> None:
    """Of all lines that 「ただ、」 or 「それでも、」 could join, no two are about one matter."""
    turns = (("bright", "strains"), ("good", "strains"), ("careful", "helps"), ("low", "helps"))
    for known in load().subjects:
        for tone, effect in turns:
            told = [line for path in known if path.endswith(f".{effect}") for line in known[path]]
            for opening in known[f"opening.{tone}"]:
                for line in told:
                    is_apart = opening.idea == line.idea or (
                        opening.praises & line.warns or opening.warns & line.praises
                    )
                    is_one = all(re.search(matter, part.text.ja) for part in (opening, line))
                    assert is_apart or not is_one, (opening.text.ja, line.text.ja)


def test_what_tells_to_tidy_up_is_known_by_its_kind() -> None:
    """New Year's Day has no lines of it."""
    asks = re.compile("片づけ(?:ましょう|てみて|てくだ|れば)|掃|拭[いきく上]|磨い|埃を払|仕分け")
    for name, pool in pools():
        if name.partition(".")[0] in SUBJECTS and ".helps" not in name:
            for line in pool:
                assert "tidy" in line.praises or not asks.search(line.text.ja), line.text.ja


FOLDER = resources.files("kirosample")


def test_lines_keep_the_rules_of_words() -> None:
    for name, pool in pools():
        for line in pool:
            check_line(line.text, line.off)
            if ".opening." in name:
                check_headline(line.headline)
            if ".development." in name:
                check_joins(line.text)
            assert not line.praises & line.warns, line


def test_a_sentence_and_a_headline_stand_only_once_in_all_files() -> None:
    for language in Text._fields:
        said = Counter(
            sentence
            for line in all_lines()
            for text in (line.text, line.off, line.headline)
            if text
            for sentence in sentences(getattr(text, language))
        )
        assert [sentence for sentence, times in said.items() if times > 1] == []


def test_every_day_of_the_year_is_in_one_window_of_at_most_28_days() -> None:
    """Seven lines last a sign, which has one every fourth day, so long."""
    written = tomllib.loads((FOLDER / "horoscope/lines/season.toml").read_text("utf-8"))
    assert len(load().seasons) == 366
    lengths = []
    for window in written["window"]:
        first, last = (date.fromisoformat(f"2024-{window[side]}") for side in ("from", "to"))
        lengths.append((last - first).days % 366 + 1)
    assert sum(lengths) == 366
    assert max(lengths) <= 28
    assert len(load().days) == len(written["day"])
    assert {on for on in load().days if "-" not in on} == set(NAMED_DAYS)
    assert {on for on in load().days if "-" in on} <= load().seasons.keys()


def test_sentences_end_at_full_stops_of_either_language() -> None:
    assert sentences("朝です。夜です。") == ["朝です。", "夜です。"]
    assert sentences("Is it? It is. Go.") == ["Is it?", "It is.", "Go."]
    assert sentences('Say "yes." A "why?" is fine.') == ['Say "yes."', 'A "why?" is fine.']
    assert sentences("Say “yes.” Go.") == ["Say “yes.”", "Go."]
    assert typographic('It\'s a "yes".') == "It’s a “yes”."
    assert uncapitalized("A friend calls.") == "a friend calls."
