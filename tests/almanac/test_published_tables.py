"""The almanac compared with the observatory's publications, and with JPL's model of the sky."""

from datetime import date, datetime
from typing import Any

import pytest

from kirosample import almanac
from kirosample.almanac import solar_terms, zassetsu
from kirosample.almanac.moon import phase_at, quarter_on
from kirosample.almanac.terms import NAMES
from tools.almanac import published

OBSERVATORY = published.tables("reki_yoko")
JPL = published.tables("jpl")

PHASES = ("新月", "上弦", "満月", "下弦")


def in_almanac(event: published.Event) -> datetime:
    if event.name in NAMES:
        return solar_terms(event.on.year)[NAMES.index(event.name)].at
    if event.name in PHASES:
        quarter = quarter_on(event.on)
        assert PHASES[quarter % 4] == event.name, event
        return phase_at(quarter)
    sun = almanac.day(event.on).sun
    return sun.rise if event.name == "日の出" else sun.set


@pytest.mark.parametrize("file", [OBSERVATORY, JPL], ids=["observatory", "jpl"])
def test_instants_have_the_published_dates_and_nearly_their_times(file: dict[str, Any]) -> None:
    for table in file["instants"]:
        for event in published.events(table["times"]):
            at = in_almanac(event)
            assert at.date() == event.on, event
            assert abs((at - event.at).total_seconds()) <= table["limit"], event


def test_published_zassetsu_have_their_days() -> None:
    for table in OBSERVATORY["zassetsu"]:
        words = table["days"].split()
        for on, name in zip(words[::2], words[1::2], strict=True):
            day = date.fromisoformat(on)
            assert name in zassetsu(day.year)[day], (on, name)
            assert [*zassetsu(day.year)] == sorted(zassetsu(day.year)), "in order"
