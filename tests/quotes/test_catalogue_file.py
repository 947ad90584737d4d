"""The catalogue that ships: what is promised of it."""

import re
from collections import Counter
from itertools import pairwise

from kirosample.quotes import load
from kirosample.quotes.catalogue import folded

QUOTES = load().quotes
WOMEN = frozenset(
    {
        "与謝野晶子", "樋口一葉", "清少納言", "紫式部", "小野小町", "和泉式部", "額田王", "李清照",
        "加賀千代女", "金子みすゞ", "知里幸惠", "林芙美子", "岡本かの子", "山川登美子", "杉田久女",
        "橋本多佳子", "ジェイン・オースティン", "シャーロット・ブロンテ", "ジョージ・エリオット",
        "エミリー・ディキンソン", "クリスティーナ・ロセッティ", "メアリー・シェリー",
        "ヴァージニア・ウルフ", "L・M・モンゴメリ", "サッフォー",
    }
)  # fmt: skip


def test_there_is_a_quote_for_each_day_of_a_leap_year() -> None:
    assert len(QUOTES) >= 366


def test_at_least_150_were_checked_against_a_published_text_and_come_first() -> None:
    statuses = [quote.status for quote in QUOTES]
    verified = statuses.count("verified")
    assert verified >= 150
    assert statuses == ["verified"] * verified + ["cited"] * (len(QUOTES) - verified)


def test_at_least_80_authors_and_nobody_more_than_15_times() -> None:
    counts = Counter(quote.author for quote in QUOTES)
    assert len(counts) >= 80
    assert max(counts.values()) <= 15


def test_at_least_a_third_of_the_authors_and_of_the_quotes_are_japanese() -> None:
    wrote_in_another_language = {"岡倉天心", "佐藤一斎"}
    japanese = {quote.author for quote in QUOTES if quote.language is None}
    japanese |= wrote_in_another_language
    assert len(japanese) * 3 >= len({quote.author for quote in QUOTES})
    assert sum(quote.author in japanese for quote in QUOTES) * 3 >= len(QUOTES)


def test_women_are_among_the_authors() -> None:
    assert len({quote.author for quote in QUOTES} & WOMEN) >= 20


def test_neighbours_in_the_rotation_have_different_authors_across_its_end_too() -> None:
    for one, other in pairwise((*QUOTES, QUOTES[0])):
        assert one.author != other.author, (one.id, other.id)


def test_no_quote_is_a_part_of_another() -> None:
    letters = sorted(
        ("".join(filter(str.isalnum, folded(quote.text))), quote.id) for quote in QUOTES
    )
    inside = [
        (short_id, long_id)
        for short, short_id in letters
        for long, long_id in letters
        if short_id != long_id and short in long
    ]
    assert inside == []


def test_every_text_is_japanese_and_short_enough_for_a_phone() -> None:
    kana_or_kanji = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    assert [
        quote.id
        for quote in QUOTES
        if len(quote.text) > 140 or not kana_or_kanji.search(quote.text)
    ] == []


def test_every_source_names_a_work_or_an_occasion() -> None:
    named = re.compile("[『「]|句|歌|詩|書簡|演説|講演|断片|手稿")
    assert [quote.id for quote in QUOTES if not named.search(quote.source)] == []
