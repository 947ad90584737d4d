"""Who reads what: nothing again too soon, and a table of other texts is refused."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import chain, pairwise
from typing import Any, NamedTuple

import msgspec
import pytest

from kirosample.almanac import FIRST_DAY, LAST_DAY, is_day_off
from kirosample.content import ContentError
from kirosample.horoscope import SIGNS, load_deals, load_texts
from kirosample.horoscope.ranking import Score, scores
from kirosample.horoscope.readings import deals
from kirosample.horoscope.readings.days import find_field, find_kind
from kirosample.horoscope.readings.deals import choose_text, pack_deals
from kirosample.horoscope.readings.texts import OFTEN, SUBJECTS, ReadingText, Texts
from kirosample.horoscope.signs import house
from kirosample.horoscope.sky import moon_sign
from tests.years import days
from tools.horoscope.dealing import CHECKED, deal_days, find_areas

FIRST_YEAR = CHECKED[0].year


class Dealt(NamedTuple):
    day: date
    of: Score
    text: ReadingText
    kind: str | None


Every = Sequence[Dealt]


def deal_year(year: int) -> Every:
    """What every sign reads in a year."""
    every = days(year, year)
    return [Dealt(day, of, *choose_text(day, of)) for day in every for of in scores(day)]


@pytest.fixture(scope="module")
def dealt() -> Every:
    """What every sign reads in the years that are checked, and in the one before."""
    return [*chain.from_iterable(map(deal_year, range(FIRST_YEAR - 1, CHECKED[1].year + 1)))]


def test_no_text_returns_within_180_days_or_a_special_one_within_300(dealt: Every) -> None:
    read: dict[tuple[str, str], date] = {}
    for day, of, text, kind in dealt:
        least = 300 if kind and kind not in OFTEN else 180
        key = of.sign, text.headline.ja
        assert (day - read.get(key, date.min)).days >= least or day.year < FIRST_YEAR, (day, of)
        read[key] = day


def test_a_text_is_of_the_subject_and_tone_or_of_the_special_day(dealt: Every) -> None:
    """And the twelve of a day differ, outside the table too."""
    of_days = defaultdict[date, list[Dealt]](list)
    outside = map(deal_year, (FIRST_DAY.year, 2019, 2051, LAST_DAY.year))
    for each in chain(dealt, *outside):
        day, of, text, kind = each
        subject = SUBJECTS[house(moon_sign(day), of.sign) - 1]
        pools: Any = load_texts().special[kind] if kind else load_texts().subjects[subject]
        side = (of.overall > 3) - (of.overall < 3)
        middle = "middle" if kind else ("even", "good", "careful")[side]
        tone = "bright" if of.rank <= 3 else "low" if of.rank >= 10 else middle
        assert text in pools[tone], each
        assert all(find_field(name, day) for name in text.fields), each
        assert not (text.day_off and is_day_off(day)), each
        of_days[day].append(each)
    for day, of_day in of_days.items():
        assert len({each.text.headline for each in of_day}) == len(SIGNS)
        special = Counter(each.kind for each in of_day if each.kind)
        assert special.keys() == {find_kind(day)} - {None}
        assert not special or 4 <= special.total() <= 6, day
    assert any(each.text.day_off for of_day in of_days.values() for each in of_day)


def test_which_signs_read_of_a_special_day_changes_from_year_to_year(dealt: Every) -> None:
    signs = defaultdict[str, defaultdict[int, set[str]]](lambda: defaultdict(set))
    for each in dealt:
        signs[each.kind or ""][each.day.year].add(each.of.sign)
    for kind in ("new-year", "christmas", "winter"):
        of_years = [*signs[kind].values()]
        assert all(year != after for year, after in pairwise(of_years)), kind
        assert len(set.union(*of_years)) == len(SIGNS), kind


def test_no_prop_is_met_too_often(dealt: Every) -> None:
    met = defaultdict[tuple[str, str], list[date]](list)
    for day, of, text, _ in dealt:
        for prop in text.props:
            before = met[of.sign, prop]
            if day.year >= FIRST_YEAR:
                assert all((day - last).days > 14 for last in before[-1:]), (day, of, prop)
                assert sum((day - each).days < 365 for each in before) < 12, (day, of, prop)
            before.append(day)
    of_day = Counter((each.day, prop) for each in dealt for prop in each.text.props)
    assert max(of_day.values()) == 3


def test_a_text_about_an_area_suits_its_stars_and_mostly_the_best_of_them(dealt: Every) -> None:
    told = Counter[bool]()
    for day, of, text, kind in dealt:
        if text.areas and not kind:
            wanted, against = find_areas(of)
            assert not text.areas & against or day.year < FIRST_YEAR, (day, of)
            told[wanted in text.areas] += 1
    assert told[True] > told[False]


def test_the_table_begins_as_the_dealer_deals() -> None:
    first = pack_deals(deal_days([*days(2020, 2020)][:150]))[4:]
    assert first == load_deals()[: len(first)], "after a change of texts, run write_tables deals"


def test_a_table_of_other_texts_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words may change."""
    known = load_texts()
    first, *others = known.subjects["self"]["low"]

    def load_with(**changes: object) -> None:
        pool = (msgspec.structs.replace(first, **changes), *others)
        tones = {**known.subjects["self"], "low": pool}
        changed = Texts({**known.subjects, "self": tones}, known.special)
        monkeypatch.setattr(deals, "load", lambda: changed)
        load_deals.__wrapped__()

    load_with(headline=known.subjects["rest"]["even"][0].headline)
    for changes in ({"day_off": not first.day_off}, {"props": first.props ^ {"cat"}}):
        refused = r"^horoscope/deals\.bin .*checksum.*write_tables deals \(.*props, day_off"
        with pytest.raises(ContentError, match=refused):
            load_with(**changes)
