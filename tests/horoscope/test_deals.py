"""Who reads what: nothing again too soon, and a table of other texts is refused."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import msgspec
import pytest

from kirosample.almanac import FIRST_DAY, LAST_DAY, is_day_off
from kirosample.content import ContentError
from kirosample.horoscope import SIGNS, load_deals, load_texts, ranks
from kirosample.horoscope.ranking import Score, scores
from kirosample.horoscope.readings import deals
from kirosample.horoscope.readings.days import find_field, find_kind
from kirosample.horoscope.readings.deals import choose_text, find_level, find_pool, pack_deals
from kirosample.horoscope.readings.texts import OFTEN, ReadingText, Texts
from tests.years import days
from tools.horoscope.dealing import CHECKED, deal_days, find_areas

FIRST_YEAR = CHECKED[0].year


class Dealt(NamedTuple):
    day: date
    of: Score
    text: ReadingText
    kind: str | None


@pytest.fixture(scope="module")
def dealt() -> Sequence[Dealt]:
    """What every sign reads in the years that are checked, and in the one before."""
    every = days(FIRST_YEAR - 1, CHECKED[1].year)
    return [Dealt(day, of, *choose_text(day, of)) for day in every for of in scores(day)]


def test_no_text_returns_to_a_sign_within_180_days_or_a_special_one_within_300(
    dealt: Sequence[Dealt],
) -> None:
    read: dict[tuple[str, str], date] = {}
    for day, of, text, kind in dealt:
        least = 300 if kind and kind not in OFTEN else 180
        key = of.sign, text.headline.ja
        assert (day - read.get(key, date.min)).days >= least or day.year < FIRST_YEAR, (day, of)
        read[key] = day


def test_a_text_is_of_the_subject_and_tone_or_of_the_special_day(dealt: Sequence[Dealt]) -> None:
    """And the twelve of a day differ."""
    of_days = defaultdict[date, list[Dealt]](list)
    for each in dealt:
        day, of, text, kind = each
        pool = load_texts().special[kind][find_level(of)] if kind else find_pool(day, of)
        assert text in pool, each
        assert all(find_field(name, day) for name in text.fields), each
        assert not (text.day_off and is_day_off(day)), each
        of_days[day].append(each)
    for day, of_day in of_days.items():
        assert len({each.text.headline for each in of_day}) == len(SIGNS)
        special = Counter(each.kind for each in of_day if each.kind)
        assert special.keys() == {find_kind(day)} - {None}
        assert not special or 4 <= special.total() <= 6, day
    assert any(each.text.day_off for each in dealt)


def test_which_signs_read_of_a_special_day_changes_from_year_to_year(
    dealt: Sequence[Dealt],
) -> None:
    signs = defaultdict[str, defaultdict[int, set[str]]](lambda: defaultdict(set))
    for each in dealt:
        signs[each.kind or ""][each.day.year].add(each.of.sign)
    for kind in ("new-year", "christmas", "winter"):
        of_years = [*signs[kind].values()]
        assert all(year != after for year, after in pairwise(of_years)), kind
        assert len(set.union(*of_years)) == len(SIGNS), kind


def test_no_prop_is_met_too_often(dealt: Sequence[Dealt]) -> None:
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


def test_a_text_about_an_area_suits_its_stars_and_mostly_the_best_of_them(
    dealt: Sequence[Dealt],
) -> None:
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


@pytest.mark.parametrize("year", [FIRST_DAY.year, 2019, 2051, LAST_DAY.year])
def test_outside_the_table_the_number_of_the_day_chooses_from_the_same_pools(year: int) -> None:
    kinds = set()
    for day in days(year, year):
        chosen = [(of, *choose_text(day, of)) for of in ranks(day)]
        assert len({text.headline for _, text, _ in chosen}) == len(SIGNS)
        for of, text, kind in chosen:
            pool = load_texts().special[kind][find_level(of)] if kind else find_pool(day, of)
            assert text in pool
            assert not (text.day_off and is_day_off(day))
            kinds.add(kind)
    assert {"new-year", "tensha", "new-moon", "mid-autumn"} < kinds


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
