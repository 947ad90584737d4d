"""The reasons in words: each sentence is true of the sky, and the same as it ever was.

Sentences are parsed, and checked against ephem, apart from our own code.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from math import degrees
from typing import get_args

import ephem
import msgspec
import pytest

from kirosample.horoscope import (
    SIGNS,
    Aspect,
    Fact,
    InHouse,
    MoonPhase,
    Retrograde,
    Season,
    ToSign,
    readings,
)
from kirosample.web.messages import Messages
from kirosample.web.reasons import reason
from kirosample.web.schemas import ReadingAnswer

JAPANESE, ENGLISH = Messages("ja"), Messages("en")
HAN_OR_KANA = re.compile("[\u3005-\u30ff\u3400-\u9fff]")
PUBLISHED = "8418e4c356e8ef3d08f389f8c9e717602909385fb14fd13974becb1e74bfec8d"
"""SHA-256 of the readings of 400 days as the API answers them."""

BODIES = {
    "月": ephem.Moon,
    "水星": ephem.Mercury,
    "金星": ephem.Venus,
    "太陽": ephem.Sun,
    "火星": ephem.Mars,
    "木星": ephem.Jupiter,
    "土星": ephem.Saturn,
    "天王星": ephem.Uranus,
    "海王星": ephem.Neptune,
    "冥王星": ephem.Pluto,
}
ZODIAC = [sign.name for sign in SIGNS]
HOUSES = [
    "自分自身",
    "お金と持ち物",
    "学びと便り",
    "家と家族",
    "恋と楽しみ",
    "毎日の仕事と習慣",
    "人との関係",
    "分かち合い",
    "旅と広い世界",
    "仕事と役割",
    "友人と希望",
    "休息と心の内",
]
PHASES = [
    "新月のころ",
    "三日月のころ",
    "上弦のころ",
    "満月に向かうころ",
    "満月のころ",
    "満月を過ぎたころ",
    "下弦のころ",
    "新月に向かうころ",
]
WORDS = {"重なって": 0, "助け合って": 60, "張り合って": 90, "調和して": 120, "向かい合って": 180}

IN_HOUSE = re.compile(r"(.+)は(.+座)にあり、あなたの第(\d+)室（(.+)）を通っています。")
TO_SIGN = re.compile(r"(.+)は(.+座)にあり、あなたの星座と(\d+)度で(.+)います。")
BETWEEN = re.compile(r"(.+)と(.+)がほぼ(\d+)度で(.+)います。")
RETROGRADE = re.compile(r"(.+)は逆行中です。")
PHASE = re.compile(r"月の満ち欠けは、(.+)です。")
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
    """Whether a sentence is true of a day for the sign at this place of the zodiac."""
    if match := IN_HOUSE.fullmatch(sentence):
        body, stands_in, number, matters = match.groups()
        place = sign_of(body, day)
        house = (place - sign) % 12 + 1
        return (ZODIAC[place], house, HOUSES[house - 1]) == (stands_in, int(number), matters)
    if match := TO_SIGN.fullmatch(sentence):
        body, stands_in, angle, word = match.groups()
        place = sign_of(body, day)
        return (
            ZODIAC[place] == stands_in
            and apart(30 * place, 30 * sign) == int(angle)
            and WORDS[word] == int(angle)
        )
    if match := BETWEEN.fullmatch(sentence):
        one, other, angle, word = match.groups()
        limit = 6 if {one, other} & {"太陽", "月"} else 4
        off = abs(apart(longitude(one, day), longitude(other, day)) - int(angle))
        return off < limit + 0.01 and WORDS[word] == int(angle)
    if match := RETROGRADE.fullmatch(sentence):
        moved = longitude(match[1], day, 12) - longitude(match[1], day, -12)
        return (moved + 180) % 360 - 180 < 0.002
    if match := PHASE.fullmatch(sentence):
        angle = (longitude("月", day) - longitude("太陽", day)) % 360
        middle = 45 * PHASES.index(match[1])
        return apart(angle, middle) <= 22.51
    if match := SEASON.fullmatch(sentence):
        return ZODIAC[sign_of("太陽", day)] == match[1]
    raise AssertionError(f"not a sentence this test knows: {sentence}")


@pytest.mark.parametrize("year", [1900, 1951, 2024, 2026, 2033, 2100])
def test_every_because_sentence_is_true_that_day(year: int) -> None:
    for number in range(0, 365, 2):
        day = date(year, 1, 1) + timedelta(days=number)
        for reading in readings(day):
            sign = ZODIAC.index(reading.name)
            for fact in reading.because:
                sentence = reason(fact, JAPANESE)
                assert holds(sentence, day, sign), (day, reading.sign, sentence)


def test_the_check_itself_tells_true_from_false() -> None:
    day = date(2026, 11, 24)  # full Moon in Taurus, the Sun in Sagittarius
    taurus, gemini = 1, 2
    true = "月は牡牛座にあり、あなたの第1室（自分自身）を通っています。"
    assert holds(true, day, taurus)
    assert not holds(true, day, gemini)
    assert holds("月の満ち欠けは、満月のころです。", day, taurus)
    assert not holds("月の満ち欠けは、新月のころです。", day, taurus)
    assert holds("土星は逆行中です。", day, taurus)
    assert not holds("太陽は逆行中です。", day, taurus)
    assert not holds("太陽は射手座にあり、あなたの星座と120度で調和しています。", day, taurus)
    assert not holds("月と金星がほぼ120度で調和しています。", day, taurus)


@pytest.mark.parametrize(
    ("fact", "japanese", "english"),
    [
        (
            InHouse("moon", "taurus", 10),
            "月は牡牛座にあり、あなたの第10室（仕事と役割）を通っています。",
            "The Moon is in Taurus, passing through your 10th house (work and role).",
        ),
        (
            ToSign("venus", "leo", 90),
            "金星は獅子座にあり、あなたの星座と90度で張り合っています。",
            "Venus is in Leo, pulling against your sign at 90°.",
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
        (MoonPhase(2), "月の満ち欠けは、上弦のころです。", "The Moon is near its first quarter."),
        (Season("pisces"), "太陽は魚座を進んでいます。", "The Sun is passing through Pisces."),
    ],
)
def test_each_kind_of_fact_has_its_sentence(fact: Fact, japanese: str, english: str) -> None:
    assert (reason(fact, JAPANESE), reason(fact, ENGLISH)) == (japanese, english)


def test_facts_that_differ_are_told_in_other_words_in_either_language() -> None:
    facts = {
        # No sentence tells how far from exact an aspect is.
        replace(fact, orb=0.0, limit=0.0) if isinstance(fact, Aspect) else fact
        for number in range(0, 365, 5)
        for reading in readings(date(2026, 1, 1) + timedelta(days=number))
        for fact in reading.because
    }
    assert len(facts) > 500
    assert {type(fact) for fact in facts} == set(get_args(Fact))
    for messages in (JAPANESE, ENGLISH):
        assert len({reason(fact, messages) for fact in facts}) == len(facts)
    assert not [fact for fact in facts if HAN_OR_KANA.search(reason(fact, ENGLISH))]


def test_days_once_published_are_told_the_same_to_the_byte() -> None:
    """Only who means to change the lines or the rules changes this, and finds new seeds too."""
    told = sha256()
    for number in range(400):
        for reading in readings(date(2026, 1, 1) + timedelta(days=number)):
            told.update(msgspec.json.encode(ReadingAnswer.of(reading, JAPANESE)))
    assert told.hexdigest() == PUBLISHED
