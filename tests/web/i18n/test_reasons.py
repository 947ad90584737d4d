"""The sentences of reasons. tests/horoscope/test_readings.py compares the reasons with the sky."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest

from kirosample.horoscope import (
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
