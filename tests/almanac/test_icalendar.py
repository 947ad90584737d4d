"""The iCalendar text, read back by a small parser of its own."""

from datetime import UTC, date, datetime

import pytest

from kirosample.almanac import OutOfRange, calendar, day, holidays, solar_terms

Event = dict[str, str]


def events(text: str) -> list[Event]:
    """Unfold, split and group, as RFC 5545 sections 3.1 and 3.6 say."""
    lines = text.replace("\r\n ", "").split("\r\n")
    found: list[Event] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and line != "END:VCALENDAR" and name != "END" and name:
            found[-1][name] = value
    return found


def of_category(text: str, category: str) -> list[tuple[date, str]]:
    return [
        (date.fromisoformat(event["DTSTART;VALUE=DATE"]), event["SUMMARY"])
        for event in events(text)
        if event["CATEGORIES"] == category
    ]


def test_it_holds_the_holidays_and_solar_terms_of_its_years() -> None:
    text = calendar(2025, 2027, rokuyo=False)
    years = range(2025, 2028)
    assert of_category(text, "祝日") == [pair for year in years for pair in holidays(year).items()]
    assert of_category(text, "二十四節気") == [
        (term.at.date(), term.name) for year in years for term in solar_terms(year)
    ]
    assert of_category(text, "六曜") == []


def test_rokuyo_are_for_every_day_when_asked_for() -> None:
    told = of_category(calendar(2028, 2028, rokuyo=True), "六曜")
    assert len(told) == 366
    assert told == [(on, day(on).rokuyo) for on, _ in told]


def test_a_solar_term_tells_its_minute() -> None:
    told = {event["SUMMARY"]: event for event in events(calendar(2030, 2030, rokuyo=False))}
    assert told["雨水"]["DTSTART;VALUE=DATE"] == "20300218"
    assert told["雨水"]["DESCRIPTION"] == "24:00（日本時間）"
    assert told["春分"]["DESCRIPTION"] == "22:52（日本時間）"


def test_it_is_well_formed() -> None:
    text = calendar(2026, 2026, rokuyo=True)
    lines = text.split("\r\n")
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//KiroSample//Almanac//JA"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in lines) <= 75
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == len(events(text))
    required = {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"}
    assert all(required <= event.keys() for event in events(text))


def test_an_events_dtstamp_is_a_time_in_utc() -> None:
    """As RFC 5545 3.8.7.2 requires, in its form of UTC (3.3.5)."""
    for event in events(calendar(2026, 2026, rokuyo=True)):
        stamp = datetime.strptime(event["DTSTAMP"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        assert event["DTSTAMP"] == f"{stamp:%Y%m%dT%H%M%SZ}", "a zero is missing"


def test_long_lines_are_folded_between_characters() -> None:
    from kirosample.almanac.icalendar import _fold

    line = "SUMMARY:" + "春夏秋冬" * 30
    folded = _fold(line)
    assert folded.replace("\r\n ", "") == line
    assert max(len(part.encode()) for part in folded.split("\r\n")) <= 75
    assert _fold("x" * 75) == "x" * 75
    assert _fold("x" * 76) == "x" * 75 + "\r\n x"


def test_events_keep_their_identity() -> None:
    once = calendar(2025, 2026, rokuyo=True)
    assert once == calendar(2025, 2026, rokuyo=True)
    uids = [event["UID"] for event in events(once)]
    assert len(set(uids)) == len(uids)
    alone = {event["UID"] for event in events(calendar(2026, 2026, rokuyo=False))}
    assert alone < set(uids)


@pytest.mark.parametrize(("first", "last"), [(1899, 1900), (2100, 2101)])
def test_years_outside_are_out_of_range(first: int, last: int) -> None:
    with pytest.raises(OutOfRange):
        calendar(first, last, rokuyo=True)
