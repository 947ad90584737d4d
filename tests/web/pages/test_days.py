"""The page of lucky days, its calendar to subscribe to, and the API: the same days in each."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kirosample.almanac import FREE, Wish, load_words
from kirosample.web.queries import LUCKY, UNLUCKY
from tests.web.common import said
from tools.servers import Running

TODAY = date(2026, 11, 24)
PURPOSES = load_words().purposes
WISHES = (
    ("", Wish(PURPOSES[FREE], TODAY)),
    ("?for=any&day=taian&day=tensha", Wish(PURPOSES[FREE], TODAY, asks=("天赦日", "大安"))),
    ("?for=car&from=2030-01-31&off=true", Wish(PURPOSES["car"], date(2030, 1, 31), off=True)),
    (
        "?for=moving&without=sanrinbo&without=fujoju&overlap=true",
        Wish(PURPOSES["moving"], TODAY, without=("不成就日", "三隣亡"), overlap=True),
    ),
    *((f"?for={id_}", Wish(purpose, TODAY)) for id_, purpose in PURPOSES.items()),
)
"""Queries, and what they ask for."""


def listed(page: str) -> Iterator[date]:
    """The days of the months, in grids and then in lists, which come after the best ones."""
    section = page.partition('id="found"')[2]
    yield from sorted(map(date.fromisoformat, re.findall(r"/days/\w+/(\d{4}-\d\d-\d\d)", section)))


def in_calendar(text: str) -> list[date]:
    return [
        date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}")
        for day in re.findall(r"DTSTART;VALUE=DATE:(\d{8})", text)
    ]


@pytest.mark.parametrize(("query", "wish"), WISHES, ids=lambda each: str(each)[:40])
def test_page_and_calendar_have_the_days_of_the_wish(
    pages: Running, query: str, wish: Wish
) -> None:
    shown = wish
    if "from=" not in query:  # half a year before a wedding, on days off
        is_wedding = wish.purpose.id == "wedding"
        shown = replace(wish, first=TODAY + timedelta(182 if is_wedding else 1), off=is_wedding)
    for prefix in ("", "/en"):
        page = pages.text(f"{prefix}/days{query}")
        assert list(listed(page)) == [each.date for each in shown.days()]
        calendar = pages.text(f"{prefix}/days.ics{query}")
        assert in_calendar(calendar) == [each.date for each in wish.days()]
        (subscribed,) = re.findall(rf'href="({prefix}/days\.ics[^"]*)" download', page)
        days = in_calendar(pages.text(html.unescape(subscribed)))
        assert [day for day in days if day != TODAY] == [*listed(page)][: len(days)]


def test_a_day_says_why_it_is_good_and_what_speaks_against_it(pages: Running) -> None:
    japanese = said(pages.text("/days?for=wallet"))
    assert "2026年 12月16日（水）天赦日・一粒万倍日・甲子の日が重なる日" in japanese
    assert "2月28天寅△日、天赦日・寅の日、注意：仏滅" in japanese
    assert "12月6日（日）寅の日注意：不成就日" in japanese
    english = said(pages.text("/en/days?for=wallet"))
    assert "Heaven’s Pardon, a Ten-Thousandfold Day and a Day of the Wood Rat together" in english
    assert "but Butsumetsu" in english


def test_the_form_shows_what_was_asked_for(pages: Running) -> None:
    page = pages.text("/days?day=tora&without=fujoju&overlap=true&from=2031-05-06")
    assert re.findall(r'value="(\w+)" checked', page) == ["tora", "fujoju", "true"]
    assert 'value="2031-05-06"' in page
    shown = said(page.partition("日をしぼる")[0])
    for narrowed in (
        "寅の日",
        "不成就日を除く",
        "吉日が重なる日だけ",
        "2031年5月6日（火）から",
    ):
        assert f"{narrowed}×" in shown
    assert "checked" not in pages.text("/days")


def test_a_wish_has_one_address_however_it_is_written(pages: Running) -> None:
    def canonical(query: str) -> str:
        return html.unescape(
            re.findall(r'class="other-language" href="([^"]+)"', pages.text(f"/days{query}"))[0]
        )

    address = canonical("?without=fujoju&day=tora&day=mi&for=any&more=1")
    assert address == canonical("?day=mi&day=tora&day=mi&without=fujoju&from=2026-11-25")
    assert address == "/en/days?day=tora&day=mi&without=fujoju"
    page, same = (
        pages.text(f"/days{query}") for query in ("?day=tora&day=taian", "?day=taian&day=tora")
    )
    assert page == same
    assert canonical("?for=wedding&day=tora") == "/en/days?for=wedding", "these are its own"


@pytest.mark.parametrize(
    ("query", "field", "known"),
    [
        ("for=divorce", "for", list(PURPOSES)),
        ("day=taian&day=monday", "day", list(LUCKY)),
        ("without=taian", "without", list(UNLUCKY)),
    ],
)
def test_what_is_unknown_is_422_naming_the_known(
    pages: Running, query: str, field: str, known: list[str]
) -> None:
    names = {"for": [p.name.ja for p in PURPOSES.values()], "day": [*LUCKY.values()]}
    for path in ("/days", "/days.ics"):
        page = said(pages.text(f"{path}?{query}", status=422))
        assert all(name in page for name in names.get(field, UNLUCKY.values()))
    if field == "for":
        problem = pages.json(f"/api/days?{query}", status=422)
        assert problem["field"] == field
        assert all(id_ in problem["detail"] for id_ in known)


@pytest.mark.parametrize("day", ["1899-12-31", "2101-01-01", "2026-02-30", "tomorrow"])
def test_a_first_day_outside_the_calendar_is_400(pages: Running, day: str) -> None:
    for path in ("/days", "/en/days", "/days.ics"):
        page = said(pages.text(path, params={"from": day}, status=400))
        assert "1900年1月1日" in page or "January 1, 1900" in page
    problem = pages.json("/api/days", params={"from": day}, status=400)
    assert problem["field"] == "from"
    assert "1900-01-01 から 2100-12-31" in problem["detail"]


def test_the_api_has_the_same_days_in_both_languages(pages: Running) -> None:
    for id_, purpose in PURPOSES.items():
        days = pages.json(f"/api/days?for={id_}&from=2027-05-01")["days"]
        assert days == [
            {
                "date": f"{each.date}",
                "reasons": list(each.reasons),
                "against": list(each.against),
                "strength": each.strength,
            }
            for each in Wish(purpose, date(2027, 5, 1)).days()
        ]
        english = pages.json(f"/api/days?for={id_}&from=2027-05-01&lang=en")["days"]
        assert [(day["date"], day["strength"]) for day in english] == [
            (day["date"], day["strength"]) for day in days
        ]
        words = {name for day in english for name in (*day["reasons"], *day["against"])}
        assert all(name.isascii() or "’" in name or "ō" in name for name in words)
    assert pages.json("/api/days") == pages.json("/api/days?for=any&from=2026-11-24&lang=ja")


def test_the_calendar_names_the_caution_where_it_is_seen(pages: Running) -> None:
    days = Wish(PURPOSES["wedding"], TODAY).days()
    text = pages.text("/days.ics?for=wedding").replace("\r\n ", "")
    summaries = re.findall("SUMMARY:(.+)", text)
    assert [("注意：" in summary) for summary in summaries] == [bool(day.against) for day in days]
    assert {summary.partition("：")[0] for summary in summaries} == {PURPOSES["wedding"].name.ja}
