"""The iCalendars, parsed by a small parser of the test."""

import re
from datetime import UTC, date, datetime
from itertools import chain, compress, product
from typing import Any

import msgspec
import pytest

from kirosample import almanac, horoscope
from kirosample.web import icalendar
from kirosample.web.calendar_options import CALENDAR_OPTIONS, holidays, solar_terms
from kirosample.web.feeds.calendar import document
from kirosample.web.i18n.languages import ENGLISH, JAPANESE, PREFIXES, Language, Messages
from kirosample.web.queries import CALENDAR_QUERY, AlarmQuery
from kirosample.web.site import SITE
from tools import calendar_revision
from tools.servers import NOON, Running

Event = dict[str, str]


def with_options(*options: str) -> AlarmQuery:
    return msgspec.convert(dict.fromkeys(options, True), CALENDAR_QUERY)


EVERYTHING = with_options(*CALENDAR_OPTIONS)


def calendar(
    first: int, last: int, query: AlarmQuery | None = None, language: Language = JAPANESE
) -> str:
    years = range(first, last + 1)
    return "".join(document(years, query or CALENDAR_QUERY(), Messages(language)))


def events(text: str) -> list[Event]:
    """Parse by RFC 5545, sections 3.1 and 3.6."""
    lines = text.replace("\r\n ", "").split("\r\n")
    parsed: list[Event] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            parsed.append({})
        elif parsed and line != "END:VCALENDAR" and name != "END" and name:
            parsed[-1][name] = value
    return parsed


def of_category(text: str, category: str) -> list[tuple[date, str]]:
    return [
        (date.fromisoformat(event["DTSTART;VALUE=DATE"]), event["SUMMARY"])
        for event in events(text)
        if event["CATEGORIES"] == category
    ]


def test_the_calendar_has_the_holidays_and_solar_terms_of_its_years() -> None:
    text = calendar(2025, 2027)
    years = range(2025, 2028)
    assert of_category(text, "祝日") == [
        pair for year in years for pair in almanac.holidays(year).items()
    ]
    assert of_category(text, "二十四節気") == [
        (term.at.date(), term.name) for year in years for term in almanac.solar_terms(year)
    ]
    assert {event["CATEGORIES"] for event in events(text)} == {"祝日", "二十四節気"}


@pytest.mark.parametrize(
    ("option", "category", "on", "summary"),
    [
        ("zassetsu", "雑節", date(2026, 7, 2), "半夏生"),
        ("kou", "七十二候", date(2026, 2, 4), "東風解凍"),
        ("observances", "年中行事", date(2026, 12, 31), "大晦日"),
        ("senjitsu", "選日", date(2026, 3, 5), "天赦日・一粒万倍日・寅の日"),
        ("moon", "月の満ち欠け", date(2026, 9, 27), "満月"),
        ("rokuyo", "六曜", date(2026, 11, 24), "先勝"),
    ],
)
def test_an_option_adds_its_events(option: str, category: str, on: date, summary: str) -> None:
    told = of_category(calendar(2026, 2026, with_options(option)), category)
    assert (on, summary) in told
    assert len({day for day, _ in told}) == len(told)
    assert of_category(calendar(2026, 2026), category) == []


def test_the_calendar_is_in_english_too() -> None:
    text = calendar(2026, 2026, EVERYTHING, ENGLISH)
    assert text.isascii() or not any("\u3005" <= character <= "\u9fff" for character in text)
    assert (date(2026, 11, 23), "Labor Thanksgiving Day") in of_category(text, "Holiday")


def test_a_shanichi_that_may_be_another_day_names_it() -> None:
    zassetsu = events(calendar(2024, 2026, with_options("zassetsu")))
    told = {
        event["DTSTART;VALUE=DATE"]: event["DESCRIPTION"]
        for event in zassetsu
        if "社日" in event["SUMMARY"]
    }
    assert [day for day, text in told.items() if "戊の日" in text] == ["20240315", "20260315"]
    assert "3月25日" in told["20260315"]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("20300218", "24:00（日本時間）"),
        ("20300320", "22:52（日本時間）"),
        (
            "20180131",
            "20:48に欠けはじめ、21:51から23:08まで皆既、2月1日\u00a00:12に終わる",
        ),
        ("20180728", "3:24に欠けはじめ、4:30から6:14まで皆既、7:19に終わる"),
        ("20180812", "極大は8月13日\u00a010:00ごろの見込み"),
    ],
)
def test_terms_eclipses_and_showers_of_meteors_have_their_times(day: str, told: str) -> None:
    year = int(day[:4])
    of_year = events(calendar(year, year, with_options("observances")))
    (described,) = (
        event["DESCRIPTION"].split("\\n")
        for event in of_year
        if event["DTSTART;VALUE=DATE"] == day and told in event.get("DESCRIPTION", "")
    )
    assert told in described
    assert len(described) == 2, "and what it means"


def test_the_calendar_is_well_formed() -> None:
    text = calendar(2026, 2026, EVERYTHING)
    lines = text.split("\r\n")
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{SITE.ja}//Almanac//JA"]
    assert "REFRESH-INTERVAL;VALUE=DURATION:P7D" in lines
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in lines) <= 75
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == len(events(text))
    required = {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"}
    for event in events(text):
        assert required <= event.keys()
        stamp = datetime.strptime(event["DTSTAMP"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        assert event["DTSTAMP"] == f"{stamp:%Y%m%dT%H%M%SZ}", "a zero is missing"


def test_separators_in_a_text_are_escaped() -> None:
    """RFC 5545, 3.3.11."""
    event = icalendar.Event("a", date(2026, 1, 1), "rain, then; sun\\", "c", "one\ntwo")
    (told,) = events("".join(icalendar.document("n", "en", "P1D", [icalendar.written(event)])))
    assert told["SUMMARY"] == "rain\\, then\\; sun\\\\"
    assert told["DESCRIPTION"] == "one\\ntwo"


@pytest.mark.parametrize("language", PREFIXES)
def test_a_day_has_each_title_once_whatever_is_chosen(language: Language) -> None:
    """The UID is that of the holiday or solar term, then of `special`, and then of the rest."""
    year = 2027  # 元日 and 冬至 are special too
    messages = Messages(language)
    of_kinds = {id_: [*option.events(year, messages)] for id_, option in CALENDAR_OPTIONS.items()}
    always = [*holidays(year, messages), *solar_terms(year, messages)]
    for chosen in product([False, True], repeat=len(CALENDAR_OPTIONS)):
        options = [*compress(CALENDAR_OPTIONS, chosen)]
        told: dict[tuple[date, str], list[icalendar.Event]] = {}
        for event in [*always, *chain.from_iterable(of_kinds[id_] for id_ in options)]:
            told.setdefault((event.day, event.summary), []).append(event)
        merged = events(calendar(year, year, with_options(*options), language))
        assert [event["UID"].partition("-")[2] for event in merged] == [
            f"{same[0].kind}@almanac.kirosample" for same in told.values()
        ]
        for shown, same in zip(merged, told.values(), strict=True):
            description = shown.get("DESCRIPTION", "").replace("\\n", "\n").replace("\\", "")
            texts = [text for of in same for text in of.description.splitlines()]
            assert description.splitlines() == [*dict.fromkeys(texts)]


def test_the_calendar_is_served_with_its_options_and_at_the_ends_of_the_almanac(
    pages: Running,
) -> None:
    for path in ("/calendar.ics", "/en/calendar.ics"):
        answer = pages.client.get(f"{path}?kou=true&moon=true")
        assert answer.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:大安" not in pages.text("/calendar.ics")
    assert "SUMMARY:大安" in pages.text("/calendar.ics?rokuyo=true")
    assert "選択肢から" in pages.text("/calendar.ics?rokuyo=maybe", status=400)
    for year in (almanac.FIRST_DAY.year, almanac.LAST_DAY.year):
        assert events(calendar(year, year, EVERYTHING))


@pytest.mark.parametrize("prefix", PREFIXES.values())
def test_a_signs_calendar_has_the_mornings_headline(pages: Running, prefix: str) -> None:
    for sign in horoscope.SIGNS:
        answer = pages.client.get(f"{prefix}/calendar/{sign.id}.ics")
        assert answer.headers["content-type"].startswith("text/calendar")
        assert "REFRESH-INTERVAL;VALUE=DURATION:P1D" in answer.text
        told = {event["DTSTART;VALUE=DATE"]: event for event in events(answer.text)}
        assert (min(told), max(told)) == ("20261123", "20261224")
        reading = horoscope.reading(NOON.date(), sign.id)
        event = told["20261124"]
        headline = reading.headline[1 if prefix else 0]
        assert event["SUMMARY"].replace("\\,", ",").endswith(headline)
        stars = "★" * reading.overall + "☆" * (5 - reading.overall)
        assert re.match(rf"{reading.rank}\D+ {stars}\\n", event["DESCRIPTION"])


@pytest.mark.parametrize("path", ["/feeds/dragon.xml", "/calendar/dragon.ics"])
def test_an_unknown_sign_has_no_feed_or_calendar(pages: Running, path: str) -> None:
    for prefix in PREFIXES.values():
        assert pages.client.get(prefix + path).status_code == 404


WITH_ALARM = ("/calendar.ics?rokuyo=true", "/calendar/leo.ics?", "/en/days.ics?for=car")


@pytest.mark.parametrize("path", WITH_ALARM)
def test_an_alarm_is_at_its_time_on_the_day_of_each_event(pages: Running, path: str) -> None:
    """RFC 5545, 3.8.6.3: after the start, which is midnight."""
    plain, text = pages.text(path), pages.text(f"{path}&alarm=07:30")
    alarm = r"BEGIN:VALARM\r\n(.*?)END:VALARM\r\n"
    alarms = [events(f"BEGIN:VEVENT\r\n{each}")[0] for each in re.findall(alarm, text, re.DOTALL)]
    assert [each["DESCRIPTION"] for each in alarms] == [each["SUMMARY"] for each in events(plain)]
    assert {(each["ACTION"], each["TRIGGER"]) for each in alarms} == {("DISPLAY", "PT7H30M")}
    assert re.sub(alarm, "", text, flags=re.DOTALL) == plain
    assert "TRIGGER:PT0H0M" in pages.text(f"{path}&alarm=00:00")
    assert pages.text(f"{path}&alarm=") == plain


@pytest.mark.parametrize("alarm", ["25:99", "24:00", "7:30", "07:30:00", "07：30", "-1:00", "noon"])
def test_an_alarm_at_no_time_of_day_is_422(pages: Running, alarm: str) -> None:
    for path in (*WITH_ALARM, "/calendar?", "/en/days?"):
        page = pages.text(f"{path}&alarm={alarm}", status=422)
        assert "07:30" in page, "an example"


def test_events_have_a_later_stamp_when_names_or_rules_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, known = calendar_revision.FILE.read_text("ascii").split()
    assert calendar_revision.digest() == known, "calendars say something else: make generate"
    words: Any = almanac.load_words().observances
    monkeypatch.setitem(words, next(iter(words)), words["クリスマス"])
    assert calendar_revision.digest() != known
