"""A special day says what it is wherever it is shown: one sum, the same in each place."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
from msgspec import convert

from kirosample import almanac
from kirosample.web.feeds import calendar, wish
from kirosample.web.i18n.day_words import occasion, special_sum
from kirosample.web.queries import CALENDAR_QUERY
from tools.servers import Running, serving

YEARS = range(2025, 2031)
SPECIAL = list(almanac.special_days(date(YEARS.start, 1, 1), date(YEARS.stop - 1, 12, 31)))
AWAITED = {date(2026, 1, 1): "6:51", date(2026, 2, 3): "南南東", date(2026, 9, 25): "16:43"}
BASES = {"ja": "", "en": "/en"}


def unfolded(parts: Iterator[str]) -> dict[str, list[str]]:
    """The summaries of a calendar's events by their days."""
    summaries: dict[str, list[str]] = {}
    text = "".join(parts).replace("\r\n ", "").replace("\\", "")
    for day, summary in re.findall(r"DTSTART;VALUE=DATE:(\d+)\r\nSUMMARY:(.*)\r\n", text):
        summaries.setdefault(day, []).append(summary)
    return summaries


@pytest.mark.parametrize("language", BASES)
def test_the_sum_is_in_the_title_and_the_description_of_each_special_day(
    pages: Running, language: str
) -> None:
    messages = pages.portal.templates.messages[language]  # type: ignore[index]
    for special in SPECIAL:
        page = html.unescape(pages.text(f"{BASES[language]}/date?date={special.date}"))
        head = re.search(r'<title>(.*?)</title>\n<meta name="description" content="(.*?)">', page)
        assert head
        for said in head.groups():
            assert special_sum(special, messages) in said, special.date
        (cell,) = re.findall(r'<td[^>]*><a[^>]*aria-current="date".*?</td>', page)
        for kind, name in special.occasions:
            called = occasion(kind, name, messages)
            assert kind != "observance" or called in cell.replace("<wbr>", "")
        lead = re.search(r'<p class="lead">(.*?)</p>', page)
        assert lead
        assert messages.word("rokuyo", almanac.summary(special.date).rokuyo) not in lead[1]


@pytest.mark.parametrize("language", BASES)
def test_the_sum_is_in_the_calendars(pages: Running, language: str) -> None:
    messages = pages.portal.templates.messages[language]  # type: ignore[index]
    events = unfolded(
        calendar.document(YEARS, convert({"special": True}, CALENDAR_QUERY), messages)
    )
    purpose = almanac.load_words().purposes[almanac.FREE]
    days: dict[str, list[str]] = {}
    for year in YEARS:
        days |= unfolded(wish.document(almanac.Wish(purpose, date(year, 1, 1)), messages))
    for special in SPECIAL:
        said = special_sum(special, messages)
        at = f"{special.date:%Y%m%d}"
        assert said in events[at]
        if special.lucky:
            assert days[at][0].startswith(said)


def test_home_leads_with_the_sum_or_with_a_festival_and_what_people_look_for() -> None:
    """And a festival's sign comes after the quote."""
    now = [datetime(2026, 1, 1, 3, tzinfo=UTC)]
    with serving(None, clock=lambda: now[0]) as server:
        for special in (each for each in SPECIAL if each.date.year == 2026):
            now[0] = datetime.combine(special.date, time(3), UTC)
            festival = almanac.festival(almanac.day(special.date))
            for language, base in BASES.items():
                messages = server.portal.templates.messages[language]  # type: ignore[index]
                page = html.unescape(server.text(f"{base}/"))
                hero, after = re.sub("<wbr>|<span class='unbroken'>", "", page).split(
                    'class="day-line"'
                )
                own, quote = (after.index(f'aria-labelledby="{name}"') for name in ("own", "quote"))
                assert (festival is None) == (own < quote)
                if festival:
                    assert messages.text(festival.greeting) in hero
                    assert base or AWAITED.get(special.date, "") in hero
                else:
                    assert special_sum(special, messages) in re.sub("<.*?>", "", hero)


def test_no_luck_is_told_of_new_year_s_day() -> None:
    new_year = datetime(2027, 1, 1, 3, tzinfo=UTC)
    with serving(None, clock=lambda: new_year) as server:
        assert almanac.day(new_year.date()).rokuyo == "仏滅"
        said = re.sub("<.*?>", "", server.text("/"))
    assert said.count("仏滅") == 1
    assert "凶" not in said
