"""The sentences of reasons are true.

They are parsed and checked with ephem, independently of our code.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from math import degrees
from typing import get_args

import ephem
import pytest

from kirosample.horoscope import (
    SIGNS,
    Aspect,
    Fact,
    InHouse,
    MoonPhase,
    Retrograde,
    Season,
    readings,
)
from kirosample.web.i18n.messages import Messages
from kirosample.web.i18n.reasons import reason

JAPANESE, ENGLISH = Messages("ja"), Messages("en")
HAN_OR_KANA = re.compile("[\u3005-\u30ff\u3400-\u9fff]")
BODIES = {
    "月": ephem.Moon, "水星": ephem.Mercury, "金星": ephem.Venus, "太陽": ephem.Sun,
    "火星": ephem.Mars, "木星": ephem.Jupiter, "土星": ephem.Saturn, "天王星": ephem.Uranus,
    "海王星": ephem.Neptune, "冥王星": ephem.Pluto,
}  # fmt: skip
ZODIAC = [sign.name.ja for sign in SIGNS]
HOUSES = [
    "自分自身", "お金と持ち物", "学びと便り", "家と家族", "恋と楽しみ", "毎日の仕事と習慣",
    "人との関係", "分かち合い", "旅と広い世界", "仕事と役割", "友人と希望", "休息と心の内",
]  # fmt: skip
WORDS = {"重なって": 0, "助け合って": 60, "張り合って": 90, "調和して": 120, "向かい合って": 180}

IN_HOUSE = re.compile(r"(.+)は(.+座)にあり、あなたの第(\d+)室（(.+)）を通っています。")
BETWEEN = re.compile(r"(.+)と(.+)がほぼ(\d+)度で(.+)います。")
RETROGRADE = re.compile(r"(.+)は逆行中です。")
PHASE = re.compile(r"(新月|満月)の日です。")
SEASON = re.compile(r"太陽は(.+座)を進んでいます。")


@lru_cache(maxsize=4096)
def longitude(body: str, day: date, hours: int = 0) -> float:
    """By ephem's own conversion from apparent place to the ecliptic of date, at noon JST."""
    moment = ephem.Date(ephem.Date(day.strftime("%Y/%m/%d 03:00")) + hours / 24)
    computed = BODIES[body]()
    computed.compute(moment)
    place = ephem.Equatorial(computed.g_ra, computed.g_dec, epoch=moment)
    return degrees(ephem.Ecliptic(place, epoch=moment).lon)


def sign_of(body: str, day: date) -> int:
    return int(longitude(body, day) // 30)


def apart(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


def holds(sentence: str, day: date, sign: int) -> bool:
    """Whether a sentence is true on a day for the sign at this place in the zodiac."""
    if match := IN_HOUSE.fullmatch(sentence):
        body, stands_in, number, matters = match.groups()
        place = sign_of(body, day)
        house = (place - sign) % 12 + 1
        return (ZODIAC[place], house, HOUSES[house - 1]) == (stands_in, int(number), matters)
    if match := BETWEEN.fullmatch(sentence):
        one, other, angle, word = match.groups()
        limit = 6 if {one, other} & {"太陽", "月"} else 4
        off = abs(apart(longitude(one, day), longitude(other, day)) - int(angle))
        return off < limit + 0.01 and WORDS[word] == int(angle)
    if match := RETROGRADE.fullmatch(sentence):
        moved = longitude(match[1], day, 12) - longitude(match[1], day, -12)
        return (moved + 180) % 360 - 180 < 0.002
    if match := PHASE.fullmatch(sentence):
        # The instant is within the day, so at noon the Moon is at most 12 hours from it.
        angle = (longitude("月", day) - longitude("太陽", day)) % 360
        return apart(angle, 180 if match[1] == "満月" else 0) <= 0.5 * 15.4
    if match := SEASON.fullmatch(sentence):
        return ZODIAC[sign_of("太陽", day)] == match[1]
    raise AssertionError(f"not a sentence this test knows: {sentence}")


@pytest.mark.parametrize("year", [1900, 1951, 2024, 2026, 2033, 2100])
def test_every_reason_is_true_on_its_day(year: int) -> None:
    for number in range(0, 365, 2):
        day = date(year, 1, 1) + timedelta(days=number)
        for reading in readings(day):
            sign = ZODIAC.index(reading.name.ja)
            for fact in reading.because:
                sentence = reason(fact, JAPANESE)
                assert holds(sentence, day, sign), (day, reading.sign, sentence)


def test_the_check_of_reasons_detects_false_sentences() -> None:
    day = date(2026, 11, 24)  # full Moon in Taurus, the Sun in Sagittarius
    taurus, gemini = 1, 2
    true = "月はおうし座にあり、あなたの第1室（自分自身）を通っています。"
    assert holds(true, day, taurus)
    assert not holds(true, day, gemini)
    assert holds("満月の日です。", day, taurus)
    assert not holds("新月の日です。", day, taurus)
    assert holds("土星は逆行中です。", day, taurus)
    assert not holds("太陽は逆行中です。", day, taurus)
    assert not holds("月と金星がほぼ120度で調和しています。", day, taurus)


@pytest.mark.parametrize(
    ("fact", "japanese", "english"),
    [
        (
            InHouse("moon", "taurus", 10),
            "月はおうし座にあり、あなたの第10室（仕事と役割）を通っています。",
            "The Moon is in Taurus, passing through your 10th house (work and role).",
        ),
        (
            Aspect("mercury", "sun", 0, 1.5, 6.0),
            "水星と太陽がほぼ0度で重なっています。",
            "Mercury and the Sun stand together, at about 0°.",
        ),
        (
            Aspect("sun", "pluto", 60, 1.5, 6.0),
            "太陽と冥王星がほぼ60度で助け合っています。",
            "The Sun and Pluto support each other at about 60°.",
        ),
        (Retrograde("saturn"), "土星は逆行中です。", "Saturn is retrograde."),
        (MoonPhase(full=True), "満月の日です。", "The Moon is full."),
        (MoonPhase(full=False), "新月の日です。", "The Moon is new."),
        (Season("pisces"), "太陽はうお座を進んでいます。", "The Sun is passing through Pisces."),
    ],
)
def test_each_kind_of_fact_has_its_sentence(fact: Fact, japanese: str, english: str) -> None:
    assert (reason(fact, JAPANESE), reason(fact, ENGLISH)) == (japanese, english)


def test_different_facts_have_different_sentences_in_both_languages() -> None:
    facts = {
        # No sentence tells how far from exact an aspect is.
        replace(fact, orb=0.0, limit=0.0) if isinstance(fact, Aspect) else fact
        for number in range(0, 365, 5)
        for reading in readings(date(2026, 1, 1) + timedelta(days=number))
        for fact in reading.because
    }
    assert len(facts) > 300
    assert {type(fact) for fact in facts} == set(get_args(Fact))
    for messages in (JAPANESE, ENGLISH):
        assert len({reason(fact, messages) for fact in facts}) == len(facts)
    assert not [fact for fact in facts if HAN_OR_KANA.search(reason(fact, ENGLISH))]
