"""The lines themselves: kind, well formed, and enough of them."""

import re
from collections.abc import Iterator, Mapping

import pytest
from tests.horoscope.figures import bare

from kirosample.horoscope import sentences as written
from kirosample.horoscope.composing import _paragraph, _Told
from kirosample.horoscope.facts import MoonPhase
from kirosample.horoscope.lines import friction, line
from kirosample.horoscope.linking import joined
from kirosample.horoscope.options import Option

UNKIND = (
    "不運|不幸|最悪|危険|危ない|事故|災難|災い|死|病|痛|薬|医|診|治|熱が|怪我|ケガ|失敗する|失う|"
    "裏切|嫌われ|破局|離婚|浮気|喧嘩|法律|訴|裁判|契約|投資|株|為替|ローン|借金|保険|ギャンブル|宝くじ|"
    "してはいけ|禁物|注意し|避けて|気をつけ|凶"
)


def _texts(lines: object) -> Iterator[str]:
    if isinstance(lines, str):
        yield lines
    elif isinstance(lines, Mapping):
        for value in lines.values():
            yield from _texts(value)
    elif isinstance(lines, tuple):
        for value in lines:
            yield from _texts(value)


LINES = [
    text
    for name in written.__all__
    if name.endswith("_LINES")
    for text in _texts(getattr(written, name))
]


def test_there_are_hundreds_of_lines_and_no_two_alike_but_for_numbers() -> None:
    assert len(LINES) >= 800
    assert len({bare(text) for text in LINES}) == len(LINES)


def test_every_line_is_one_polite_sentence() -> None:
    polite = re.compile(r"(です|ます|ましょう|でしょう|ません|ください)。$")
    for text in LINES:
        assert text.count("。") == 1, text
        assert polite.search(text), text
        assert 20 <= len(text) <= 42, text
        assert text.count("「") == text.count("」"), text


def test_no_line_frightens_or_advises_on_health_law_or_investments() -> None:
    assert [text for text in LINES if re.search(UNKIND, text)] == []


def test_pools_are_even_so_that_each_half_has_lines() -> None:
    def pools(lines: object) -> Iterator[tuple[str, ...]]:
        if isinstance(lines, Mapping):
            for value in lines.values():
                yield from pools(value)
        elif isinstance(lines, tuple):
            if all(isinstance(value, str) for value in lines):
                yield lines
            else:
                for value in lines:
                    yield from pools(value)

    for name in written.__all__:
        if name.endswith("_LINES"):
            for pool in pools(getattr(written, name)):
                assert len(pool) >= 2
                assert len(pool) % 2 == 0


def test_repeating_a_motif_an_opening_or_an_ending_is_friction() -> None:
    tea = line("静かな音楽をかけてお茶を飲むと、考えごとが自然にほどけていきます。")
    more_tea = line("気を使いすぎたと感じたら、自分のためにお茶をいれましょう。")
    walk = line("胸を張って歩けば、太陽が味方についているように感じられるでしょう。")
    assert friction(more_tea, [tea]) > friction(walk, [tea]) == 0


def test_morning_after_evening_is_friction_and_the_other_way_round_is_not() -> None:
    evening = line("夕方の空の色を眺めていると、言葉にしなかった思いに気づけそうです。")
    morning = line("面倒な仕事ほど朝のうちに済ませると、午後の景色が変わります。")
    assert friction(morning, [evening]) > friction(evening, [morning])


def test_a_condition_is_joined_by_tada_only_to_a_statement() -> None:
    strain = "期待がふくらみすぎたら、温かい飲みものでひと休みしてください。"
    assert joined(strain, before="心が落ち着く日です。") == "ただ、" + strain
    assert joined(strain, before="少し話してみましょう。") == strain
    assert joined("よい日です。", before="心が落ち着く日です。") == "よい日です。"


@pytest.mark.parametrize(
    ("told", "places"),
    [
        ("pleasant pleasant", []),
        ("pleasant strain", [1]),
        ("strain pleasant", []),
        ("strain strain", []),
        ("pleasant strain strain strain", [1]),
        ("pleasant strain pleasant strain", [1, 3]),
        ("strain strain pleasant strain", [3]),
    ],
)
def test_tada_begins_the_first_of_the_strains_that_follow_something_pleasant(
    told: str, places: list[int]
) -> None:
    """So no two sentences in a row begin with it."""
    text = "待たされたら、好きな本を開くよい時間になります。"  # a condition, and a statement
    options = [Option(MoonPhase(0), (text,), strains=word == "strain") for word in told.split()]
    sentences = _paragraph([_Told(line(text), option) for option in options]).split("。")
    assert [place for place, one in enumerate(sentences) if one.startswith("ただ、")] == places
