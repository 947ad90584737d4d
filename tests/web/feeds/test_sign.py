"""A sign's feed and calendar."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest

from kirosample import horoscope
from kirosample.horoscope import SIGNS
from kirosample.web.i18n.languages import PREFIXES
from tests.web.feeds.test_icalendar import events
from tools.servers import Running

ATOM = "{http://www.w3.org/2005/Atom}"
TODAY = "2026-11-24"


@pytest.mark.parametrize("prefix", PREFIXES.values())
def test_a_signs_feed_has_its_last_ten_mornings(pages: Running, prefix: str) -> None:
    ids = set()
    for sign in SIGNS:
        root = ElementTree.fromstring(pages.text(f"{prefix}/feeds/{sign.id}.xml"))
        entries = root.findall(f"{ATOM}entry")
        assert len(entries) == 10
        ids |= {entry.findtext(f"{ATOM}id") for entry in entries}
        newest = horoscope.reading(pages.portal.today(), sign.id)
        language = 1 if prefix else 0
        assert newest.headline[language] in (entries[0].findtext(f"{ATOM}title") or "")
        assert newest.text[language] in unescape(entries[0].findtext(f"{ATOM}content") or "")
    assert len(ids) == 120


@pytest.mark.parametrize("prefix", PREFIXES.values())
def test_a_signs_calendar_has_the_mornings_headline(pages: Running, prefix: str) -> None:
    answer = pages.client.get(f"{prefix}/calendar/leo.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "REFRESH-INTERVAL;VALUE=DURATION:P1D" in answer.text
    told = {event["DTSTART;VALUE=DATE"]: event for event in events(answer.text)}
    assert (min(told), max(told)) == ("20261123", "20261224")
    reading = horoscope.reading(pages.portal.today(), "leo")
    event = told[TODAY.replace("-", "")]
    headline = reading.headline[1 if prefix else 0]
    assert event["SUMMARY"].replace("\\,", ",").endswith(headline)
    assert re.match(rf"{reading.rank}\D+ ★{{{reading.overall}}}☆*\\n", event["DESCRIPTION"])


def test_each_signs_calendar_is_its_own(pages: Running) -> None:
    for sign in SIGNS:
        headline = horoscope.reading(pages.portal.today(), sign.id).headline.ja
        assert headline in pages.text(f"/calendar/{sign.id}.ics").replace("\r\n ", "")


def test_an_unknown_sign_has_no_feed_or_calendar(pages: Running) -> None:
    for path in ("/feeds/dragon.xml", "/calendar/dragon.ics", "/en/feeds/dragon.xml"):
        assert pages.client.get(path).status_code == 404
