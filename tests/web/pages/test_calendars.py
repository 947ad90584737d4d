"""The page of calendars: what is chosen is what the calendar has that is subscribed to."""

import re
from html import unescape
from urllib.parse import quote

import pytest

from kirosample.web.calendar_options import CALENDAR_OPTIONS
from tools.servers import Running


def offered(page: str) -> set[str]:
    """Every address of a calendar on a page: to subscribe to, to copy and to download."""
    return set(re.findall(r'(?:href|data-address)="([^"]+\.ics(?:[?%][^"]*)?)"', unescape(page)))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_ticked_calendar_is_the_one_that_is_subscribed_to(public: Running, prefix: str) -> None:
    google = "https://calendar.google.com/calendar/r?cid="
    query = "kou=true&rokuyo=true&alarm=07:30"
    page = public.text(f"{prefix}/calendar?{query}")
    address = f"{prefix}/calendar.ics?{query}"
    webcal = f"webcal://kirosample.example{address}"
    assert offered(page) == {address, webcal, google + quote(webcal, safe="/")}
    assert re.findall(r'name="(\w+)" value="true" checked', page) == ["kou", "rokuyo"]
    assert 'type="time" name="alarm" value="07:30"' in page
    assert public.text(address).count("TRIGGER:PT7H30M") > 365


def test_one_choice_has_one_address(pages: Running) -> None:
    page = pages.text("/calendar?rokuyo=true&kou=true&moon=false&alarm=&more=1")
    assert page == pages.text("/calendar?kou=true&rokuyo=true")
    assert 'href="/en/calendar?kou=true&rokuyo=true"' in unescape(page)


def test_the_days_that_people_wait_for_are_ticked_at_first(pages: Running) -> None:
    page = pages.text("/calendar")
    assert re.findall(r'<input type="checkbox" name="(\w+)"', page) == [*CALENDAR_OPTIONS]
    assert re.findall(r'name="(\w+)" value="true" checked', page) == ["special"]
    assert offered(page) == {"/calendar.ics?special=true"}
    for nothing in ("alarm=", "special=false"):  # a form with nothing ticked, and its address
        page = pages.text(f"/calendar?{nothing}")
        assert "checked" not in page
        assert offered(page) == {"/calendar.ics"}


def test_a_sign_has_its_own_with_an_alarm(pages: Running) -> None:
    page = pages.text("/calendar?sign=leo&alarm=06:00&kou=true")
    assert offered(page) == {"/calendar/leo.ics?alarm=06:00"}
    assert "しし座" in page
    assert 'type="checkbox"' not in page
    assert 'href="/calendar?sign=leo"' in pages.text("/horoscope/leo")
    assert "十二星座" in pages.text("/calendar?sign=dragon", status=422)


def test_lucky_days_have_an_alarm(pages: Running) -> None:
    page = pages.text("/days?for=car&off=true&alarm=07:30")
    assert offered(page) == {"/days.ics?for=car&off=true&alarm=07:30"}
    assert 'value="07:30"' in page
    assert offered(pages.text("/days?for=car&off=true")) == {"/days.ics?for=car&off=true"}
