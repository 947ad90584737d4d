"""The sentences about love, work and money: in the tone of their stars, and not again for long."""

from collections import defaultdict

import pytest

from kirosample.horoscope import AREAS, SIGNS, area_line, readings
from kirosample.horoscope.areas import LINES, TONES, load
from kirosample.text import Text, split_sentences
from tests.horoscope.wording import check_text
from tests.years import days


@pytest.mark.parametrize("area", AREAS)
def test_no_sentence_returns_to_a_sign_within_sixty_days(area: str) -> None:
    read: dict[tuple[str, Text], int] = defaultdict(lambda: -100)
    for number, day in enumerate(days(2027, 2027)):
        told = {each.sign: area_line(each, area) for each in readings(day)}
        for each in readings(day):
            line = told[each.sign]
            assert line in load(area)[TONES[getattr(each, area) - 1]]
            assert number - read[each.sign, line] > 60, (day, each.sign)
            read[each.sign, line] = number
        assert len(set(told.values())) == len(SIGNS), day


def test_every_tone_of_an_area_has_its_lines_in_both_languages() -> None:
    pools = [(tone, lines) for area in AREAS for tone, lines in load(area).items()]
    assert len(pools) == len(AREAS) * len(set(TONES))
    assert {(tone, len(lines)) for tone, lines in pools} == {(tone, LINES) for tone in TONES}
    every = [line for _, lines in pools for line in lines]
    for line in every:
        check_text(line)
        assert 12 <= len(line.ja) <= 44, line.ja
        assert len(line.en) <= 90, line.en
    said = [sentence for line in every for text in line for sentence in split_sentences(text)]
    assert len(set(said)) == len(said)
