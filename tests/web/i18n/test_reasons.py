"""The sentences of reasons. tests/horoscope/test_readings.py compares the reasons with the sky."""

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

from kirosample.horoscope import readings
from kirosample.horoscope.sky import Aspect, Fact
from kirosample.web.i18n.languages import PREFIXES, Messages
from kirosample.web.i18n.reasons import reason
from tests.web.common import JAPANESE

MESSAGES = {language: Messages(language) for language in PREFIXES}


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
    for messages in MESSAGES.values():
        assert len({reason(fact, messages) for fact in facts}) == len(facts)
    assert not [fact for fact in facts if JAPANESE.search(reason(fact, MESSAGES["en"]))]
