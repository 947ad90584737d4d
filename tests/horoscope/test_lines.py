"""The line files: an error is one line that names file, pool and field, and lines are kind."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from importlib import resources
from typing import Any

import pytest

from kirosample.horoscope import AREAS, LinesError, load
from kirosample.horoscope.areas.lines import load as load_area
from kirosample.horoscope.lines import FILES, parse
from kirosample.horoscope.lines.model import SIZES, SUBJECTS, Line
from kirosample.horoscope.lines.wording import sentences, typographic, uncapitalized
from kirosample.horoscope.pairs import lines as pair_lines
from kirosample.text import Text
from tests.horoscope.years import pools

Document = dict[str, Any]

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
def test_no_headline_says_its_first_sentence_again(language: str) -> None:
    """None of all, so it is none of any days' readings."""
    openings = [line for name, pool in pools() if ".opening." in name for line in pool]
    for line in openings:
        headline, text = (getattr(one, language) for one in (line.headline, line.text))
        assert not runs(headline, language) & runs(sentences(text)[0], language), headline


def test_few_strains_end_in_a_bare_te() -> None:
    strains = [line for name, pool in pools() if name.endswith(".strains") for line in pool]
    bare = [line.text.ja for line in strains if re.search("[てで]。$", line.text.ja)]
    assert len(bare) <= len(strains) / 20, bare


@pytest.mark.parametrize(
    "phrase",
    ["のがおすすめ", "のが似合い", "のに向いて", "のが吉", "のがいちばん", "のに最適"],
)
def test_a_phrase_of_advice_is_read_at_most_twice_on_any_day(phrase: str) -> None:
    """Twelve readings are of twelve subjects, with a line of each part, and some of the season."""
    parts, of_season = set(), 0
    for name, pool in pools():
        found = sum(phrase in line.on(off).ja for line in pool for off in {False, bool(line.off)})
        if name.partition(".")[0] in SUBJECTS:
            parts |= {tuple(name.split(".")[:2])} if found else set()
        else:
            of_season = max(of_season, found)
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
                    is_one = all(re.search(matter, one.text.ja) for one in (opening, line))
                    assert is_apart or not is_one, (opening.text.ja, line.text.ja)


def test_what_tells_to_tidy_up_is_known_by_its_kind() -> None:
    """New Year's Day has no lines of it."""
    asks = re.compile("片づけ(?:ましょう|てみて|てくだ|れば)|掃|拭[いきく上]|磨い|埃を払|仕分け")
    for name, pool in pools():
        if name.partition(".")[0] in SUBJECTS and ".helps" not in name:
            for line in pool:
                assert "tidy" in line.praises or not asks.search(line.text.ja), line.text.ja


@cache
def package_documents() -> dict[str, Document]:
    folder = resources.files("kirosample.horoscope.lines")
    return {name: tomllib.loads((folder / name).read_text("utf-8")) for name in FILES}


def documents() -> dict[str, Document]:
    """The documents of the package's own files, to be changed."""
    return deepcopy(package_documents())


def toml(value: Any) -> str:
    """A value as inline TOML: JSON's strings are TOML's."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def parse_documents(written: dict[str, Document]) -> Any:
    return parse(
        {
            name: "\n".join(f"{key} = {toml(value)}" for key, value in document.items())
            for name, document in written.items()
        }
    )


def test_every_day_of_the_year_has_a_season_and_a_window_may_go_on_into_the_next_year() -> None:
    written = documents()
    windows = written["season.toml"]["window"]
    windows[-1]["to"], windows[0]["from"] = "01-05", "01-06"
    known = parse_documents(written)
    assert [set(subject) for subject in known.subjects] == [set(SIZES)] * 12
    assert len(known.seasons) == 366
    assert known.seasons["01-03"] == known.seasons["12-31"] != known.seasons["01-06"]


Change = Callable[[dict[str, Document]], object]


def in_self(path: str, **fields: Any) -> Change:
    """Change the second line of a pool of self.toml. None deletes a field."""

    def change(written: dict[str, Document]) -> None:
        table: Any = written["self.toml"]
        for key in path.split("."):
            table = table[key]
        table[1] = {key: one for key, one in (table[1] | fields).items() if one is not None}

    return change


def headline(ja: str = "見出し", en: str = "Headline") -> dict[str, dict[str, str]]:
    return {"headline": {"ja": ja, "en": en}}


def window(number: int, **fields: str) -> Change:
    return lambda written: written["season.toml"]["window"][number].update(fields)


ERRORS: dict[str, tuple[Change, str]] = {
    "no Japanese": (in_self("deed.push", ja=None), "self.toml: deed.push[2]: ja: missing"),
    "no English": (in_self("deed.push", en=None), "self.toml: deed.push[2]: en: missing"),
    "English that is Japanese": (in_self("deed.push", en="散歩."), "deed.push[2]: en: must be in"),
    "Japanese in English": (in_self("deed.push", en="Go 散歩."), "en: “散” is Japanese"),
    "Japanese that is English": (in_self("deed.push", ja="Go。"), "deed.push[2]: ja: must be in"),
    "two lines": (in_self("deed.push", en="Go\nout."), "deed.push[2]: en: must be one line"),
    "no full stop": (in_self("deed.soft", ja="休む日"), "deed.soft[2]: ja: must end with"),
    "a field": (in_self("deed.soft", mood="x"), "self.toml: deed.soft[2]: mood: unknown field"),
    "no headline": (in_self("opening.even", headline=None), "even[2]: headline: must have ja"),
    "a long headline": (
        in_self("opening.even", **headline(ja="あ" * 23)),
        "self.toml: opening.even[2]: headline.ja: 23 characters, at most 22",
    ),
    "a sentence as headline": (in_self("opening.low", **headline(ja="朝。")), "headline.ja: must"),
    "no idea": (in_self("deed.push", idea=None), "self.toml: deed.push[2]: idea: must be words"),
    "an idea of two words": (in_self("deed.push", idea="two words"), "deed.push[2]: idea: must"),
    "an unknown kind": (
        in_self("deed.push", **{"for": ["luck"]}),
        "self.toml: deed.push[2]: for: 'luck' is none of ask, calm,",
    ),
    "for and against": (
        in_self("deed.push", **{"for": ["talk"], "against": ["talk"]}),
        "deed.push[2]: against: talk is in for too",
    ),
    "a season without subjects": (
        lambda written: written["phase.toml"]["full"][1].pop("subjects"),
        "phase.toml: full[2]: subjects: missing",
    ),
    "the office": (
        in_self("closing.last", ja="職場は静かです。"),
        "closing.last[2]: ja: “職場” on a day off: needs a variant `off`",
    ),
    "the office on a day off": (
        in_self("closing.last", off={"ja": "会議です。", "en": "Free."}),
        "closing.last[2]: off.ja: “会議” on a day off",
    ),
    "a conjunction": (
        in_self("development.venus.strains", ja="ただ、急がないで。"),
        "development.venus.strains[2]: ja: must not begin with “ただ、”",
    ),
    "an English conjunction": (
        in_self("development.venus.helps", en="Still, go."),
        "development.venus.helps[2]: en: must not begin with “Still,",
    ),
    "a capital that stays": (
        in_self("development.mars.helps", en="I am here."),
        "development.mars.helps[2]: en: must begin with a word that",
    ),
    "a tone": (
        lambda written: written["self.toml"]["opening"].update(gloomy=[]),
        "self.toml: opening.gloomy: unknown pool",
    ),
    "too few": (
        lambda written: written["rest.toml"]["deed"]["push"].pop(),
        "rest.toml: deed.push: 6 lines, must be 7",
    ),
    "none": (
        lambda written: written["rest.toml"].pop("closing"),
        "rest.toml: closing.first: no lines, must be 5",
    ),
    "too few of a season": (
        lambda written: written["season.toml"]["window"][3]["line"].pop(),
        "season.toml: window[4].line: 6 lines, must be 7",
    ),
    "a gap": (window(3, to="02-28"), "season.toml: window: from: 02-29 is in no window"),
    "an overlap": (window(3, **{"from": "02-14"}), "window[4]: from: 02-14 is in another window"),
    "a long window": (window(3, to="03-14"), "season.toml: window[4]: to: 29 days, at most 28"),
    "a date": (window(3, to="02-30"), "window[4]: to: must be a month and day as MM-DD, not '02"),
    "a day of another name": (
        lambda written: written["season.toml"]["day"][2].update(on="冬至"),
        "day[3]: on: must be a month and day as MM-DD or 節分, not '冬至'",
    ),
    "a day twice": (
        lambda written: written["season.toml"]["day"][1].update(on="01-01"),
        "season.toml: day[2]: on: 01-01 is there twice",
    ),
    "a phase": (
        lambda written: written["phase.toml"].update(half=[]),
        "phase.toml: half: unknown field",
    ),
}


@pytest.mark.parametrize("what", ERRORS)
def test_an_error_is_one_line_with_file_pool_and_field(what: str) -> None:
    change, message = ERRORS[what]
    written = documents()
    change(written)
    with pytest.raises(LinesError) as raised:
        parse_documents(written)
    assert message in str(raised.value)
    assert re.match(r"lines/[a-z]+\.toml: ", str(raised.value))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_sentence_may_stand_only_once_in_all_files(language: str) -> None:
    written = documents()
    first = written["money.toml"]["closing"]["last"][0]
    written["phase.toml"]["full"][4][language] += first[language]
    if language == "en":
        written["phase.toml"]["full"][4]["en"] = f"Yes. {first['en']}"
    with pytest.raises(LinesError, match=rf"phase.toml: full\[5\]: {language}: .*money.toml"):
        parse_documents(written)


def test_a_headline_may_stand_only_once() -> None:
    written = documents()
    again = written["self.toml"]["opening"]["low"][0]["headline"]["ja"]
    written["home.toml"]["opening"]["low"][2]["headline"]["ja"] = again
    with pytest.raises(LinesError, match=r"home.toml: opening.low\[3\]: headline.ja: .*self.toml"):
        parse_documents(written)


def test_a_file_that_is_not_toml_is_named() -> None:
    with pytest.raises(LinesError, match=r"lines/self\.toml: "):
        parse(dict.fromkeys(FILES, "[[opening"))


def test_sentences_end_at_full_stops_of_either_language() -> None:
    assert sentences("朝です。夜です。") == ["朝です。", "夜です。"]
    assert sentences("Is it? It is. Go.") == ["Is it?", "It is.", "Go."]
    assert sentences('Say "yes." A "why?" is fine.') == ['Say "yes."', 'A "why?" is fine.']
    assert sentences("Say “yes.” Go.") == ["Say “yes.”", "Go."]
    assert typographic('It\'s a "yes".') == "It’s a “yes”."
    assert uncapitalized("A friend calls.") == "a friend calls."
