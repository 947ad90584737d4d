"""Two signs' days: fair to every pair, without repetition, and about what the sky says."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import accumulate, chain

import pytest

from kirosample.horoscope import PAIRS, SIGNS, SIGNS_BY_ID, pair, sentences, sky
from kirosample.horoscope.pairs.lines import DEEDS, TEXTS, TONES, load
from kirosample.horoscope.pairs.pairing import PairReading
from kirosample.horoscope.signs import house
from kirosample.horoscope.sky import longitude
from kirosample.horoscope.standings import standing
from kirosample.text import Text
from tests.horoscope.wording import check_headline, check_line
from tests.horoscope.years import days

Days = Mapping[tuple[str, str], Sequence[PairReading]]

ELEMENTS = ("fire", "earth", "air", "water")


def test_two_signs_take_the_moon_and_the_rulers_of_signs_alone() -> None:
    longitude.cache_clear()
    pair(date(1987, 6, 5), "taurus", "libra")
    assert longitude.cache_info().misses == len({"moon", *(sign.ruler for sign in SIGNS)})


@pytest.fixture(scope="module")
def years() -> Days:
    by_pair = defaultdict(list)
    for day in days(2026, 2027):
        for signs in PAIRS:
            by_pair[signs].append(pair(day, *signs))
    return by_pair


def test_there_are_seventy_eight_pairs_and_each_is_the_same_in_either_order(years: Days) -> None:
    assert len(set(PAIRS)) == len(PAIRS) == 78
    for (first, second), of_pair in years.items():
        assert pair(of_pair[40].date, second, first) == of_pair[40]
    with pytest.raises(KeyError):
        pair(years["aries", "leo"][0].date, "leo", "unicorn")


@pytest.mark.parametrize(
    ("length", "mean", "good", "hard"),
    [(365, (2.9, 3.5), (0.28, 0.45), (0.2, 0.37)), (90, (2.7, 3.7), (0.22, 0.55), (0.12, 0.45))],
)
def test_over_any_year_or_quarter_every_pair_has_as_good_days_as_others(
    years: Days,
    length: int,
    mean: tuple[float, float],
    good: tuple[float, float],
    hard: tuple[float, float],
) -> None:
    def means(of: Callable[[int], float]) -> list[float]:
        """The mean over each window of `length` days, of every pair."""
        of_windows = []
        for of_pair in years.values():
            until = [0, *accumulate(of(each.stars) for each in of_pair)]
            of_windows += [(b - a) / length for a, b in zip(until, until[length:], strict=False)]
        return of_windows

    for bounds, measured in (
        (mean, means(float)),
        (good, means(lambda stars: stars >= 4)),
        (hard, means(lambda stars: stars <= 2)),
    ):
        assert bounds[0] <= min(measured) <= max(measured) <= bounds[1]


def test_no_pair_is_lucky_or_unlucky_for_long(years: Days) -> None:
    for signs, of_pair in years.items():
        for wanted in ((4, 5), (1, 2)):
            runs = "".join("x" if each.stars in wanted else " " for each in of_pair).split()
            assert max(map(len, runs)) <= 9, signs


def test_on_most_days_pairs_differ(years: Days) -> None:
    by_day = list(zip(*years.values(), strict=True))
    several = [len({each.stars for each in of_day}) >= 4 for of_day in by_day]
    assert sum(several) >= 0.9 * len(by_day)
    for of_day in by_day:
        assert 2.7 <= sum(each.stars for each in of_day) / len(of_day) <= 3.6, of_day[0].date


def test_a_pair_reads_nothing_again_within_sixty_days(years: Days) -> None:
    for signs, of_pair in years.items():
        read: dict[Text, int] = {}
        for number, each in enumerate(of_pair):
            for what in (each.headline, each.deed):
                assert number - read.get(what, -100) > 60, (signs, each.date, what)
                read[what] = number


def test_a_sign_of_the_first_places_has_two_stars_with_itself_at_least(years: Days) -> None:
    for sign in SIGNS:
        for each in years[sign.id, sign.id]:
            assert each.stars > 1 or standing(each.date, sign.id).rank > 3, each.date


def test_no_text_returns_with_the_same_deed_within_a_year(years: Days) -> None:
    for signs, of_pair in years.items():
        read: dict[tuple[Text, Text], int] = {}
        for number, each in enumerate(of_pair):
            assert number - read.get((each.headline, each.deed), -1000) > 400, (signs, each.date)
            read[each.headline, each.deed] = number


def test_the_twelve_pairs_of_a_sign_read_different_texts(years: Days) -> None:
    for number in range(0, 700, 10):
        for sign in SIGNS:
            of_sign = [of_pair[number] for signs, of_pair in years.items() if sign.id in signs]
            for what in ("headline", "text", "deed"):
                assert len({getattr(each, what) for each in of_sign}) == 12


def test_thread_tone_and_reasons_follow_from_the_sky(years: Days) -> None:
    for of_day in [*zip(*years.values(), strict=True)][::9]:
        today = sky(of_day[0].date)
        moon = today["moon"].sign
        thread = load()[ELEMENTS.index(SIGNS_BY_ID[moon].element)]
        for each in of_day:
            tone = {1: "careful", 2: "careful", 3: "even"}.get(each.stars, "bright")
            assert each.headline in {headline for headline, _ in thread.texts[tone]}
            assert each.deed in thread.deeds
            assert each.moon == moon
            assert each.houses == tuple(house(moon, sign) for sign in each.signs)
            named = {"moon", *(SIGNS_BY_ID[sign].ruler for sign in each.signs)}
            assert list(each.aspects) == [
                aspect for aspect in today.aspects if {aspect.faster, aspect.slower} <= named
            ]


@pytest.mark.parametrize(
    ("day", "lead", "other"), [("2026-01-20", "aquarius", "leo"), ("2026-03-02", "leo", "aquarius")]
)
def test_the_moon_in_a_sign_has_it_lead_one_that_faces_it(day: str, lead: str, other: str) -> None:
    """On these days the Moon is in no aspect to the rulers, so its place alone decides."""
    told = pair(date.fromisoformat(day), "leo", "aquarius")
    assert told.moon == lead
    texts = (text for thread in load() for texts in thread.texts.values() for text in texts)
    (written,) = (text.ja for headline, text in texts if headline == told.headline)
    names = {"lead": SIGNS_BY_ID[lead].name.ja, "other": SIGNS_BY_ID[other].name.ja}
    assert told.text.ja == written.format(**names) != written


def test_a_text_names_nobody_but_the_two(years: Days) -> None:
    for signs, of_pair in years.items():
        both = {SIGNS_BY_ID[sign].name.ja for sign in signs} if signs[0] != signs[1] else set()
        for each in of_pair[::5]:
            assert {sign.name.ja for sign in SIGNS if sign.name.ja in each.text.ja} <= both
            assert not any(sentence[0].islower() for sentence in sentences(each.text.en))


def test_two_of_one_sign_lead_in_turn(years: Days) -> None:
    told = "".join(each.text.ja for each in years["leo", "leo"])
    assert 0.7 < told.count("年上のほうが") / told.count("年下のほうが") < 1.6


def test_no_sentence_stands_in_two_texts() -> None:
    told = [text for thread in load() for texts in thread.texts.values() for text in texts]
    every = [part for text in told for written in text for part in written]
    said = [sentence for part in every for sentence in sentences(part)]
    said += [part for thread in load() for deed in thread.deeds for part in deed]
    assert len(set(said)) == len(said)


def test_each_text_has_a_headline_and_two_sentences() -> None:
    for thread in load():
        assert {tone: len(texts) for tone, texts in thread.texts.items()} == dict.fromkeys(
            TONES, TEXTS
        )
        assert len(thread.deeds) == DEEDS
        for headline, text in chain.from_iterable(thread.texts.values()):
            check_headline(headline)
            check_line(text, None)
            assert [len(sentences(of)) for of in text] == [2, 2], text
            ja, en = (set(re.findall(r"\{(\w+)\}", of.lower())) for of in text)
            assert ja == en <= {"lead", "other"}, text
