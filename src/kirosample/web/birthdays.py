"""Days of birth as they are typed, and as they are in an address. Raises ForReaders (422)."""

import re
from calendar import isleap
from datetime import MAXYEAR, date

from ishizue.http import problems
from kirosample import almanac
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import FORMATS
from kirosample.web.problems import ForReaders

LEAP_YEAR = 2000
"""Has every day of a year, and gives each birthday its quote."""


def born(request: PortalRequest, era: str, year: str, month: str, day: str) -> date:
    """The day of birth. `era` is empty for a Gregorian year; digits may be wide, and 元 is 1."""
    formats = FORMATS[request.language]
    if era and era not in almanac.ERAS:
        raise ForReaders(422, "年号を、一覧からお選びください。", field="era")
    numbers = _numbers(year=year.replace("元", "1"), month=month, day=day)
    before = almanac.ERAS[era].year - 1 if era else 0
    try:
        birth = date(numbers[0] + before, *numbers[1:])
    except (ValueError, OverflowError):
        is_month, is_year = 1 <= numbers[1] <= 12, 1 <= numbers[0] + before <= MAXYEAR
        in_era = era and formats.era_year(almanac.Era(era, numbers[0]))
        given = in_era or request.messages.say("{year}年", year=numbers[0])
        raise ForReaders(
            422,
            "{year}{month}月{day}日という日は、暦にありません。",
            field="day" if is_month and is_year else "year" if is_month else "month",
            values={"year": given, "month": numbers[1], "day": numbers[2]},
        ) from None
    values = {"day": formats.day_of_year(max(birth, almanac.FIRST_DAY))}
    if birth < almanac.FIRST_DAY:
        raise ForReaders(422, "この暦は、{day}から始まります。", field="year", values=values)
    if birth > request.today:
        raise ForReaders(422, "{day}は、まだこれからの日です。", field="year", values=values)
    if era and almanac.era(birth).name != era:
        values["year"] = formats.era_year(almanac.era(birth))
        raise ForReaders(422, "{day}は、{year}です。", field="era", values=values)
    return birth


def of_any_year(month: str, day: str) -> date:
    """The day of a leap year."""
    numbers = _numbers(month=month, day=day)
    try:
        return date(LEAP_YEAR, *numbers)
    except (ValueError, OverflowError):
        field = "day" if 1 <= numbers[0] <= 12 else "month"
        values = {"day": "/".join(map(str, numbers))}
        message = "{day} という日は、暦にありません。"
        raise ForReaders(422, message, field=field, values=values) from None


def _numbers(**given: str) -> list[int]:
    numbers = []
    for field, text in given.items():
        try:
            numbers.append(int(text))
        except ValueError:
            message = "生まれた年・月・日を、数字で入れてください。"
            raise ForReaders(422, message, field=field) from None
    return numbers


def of_year(month_and_day: str) -> date:
    """The day of a leap year in a path such as 05-12. Raises Problem (404) for another text."""
    if not re.fullmatch("[0-9]{2}-[0-9]{2}", month_and_day):
        raise problems.not_found()
    try:
        return date.fromisoformat(f"{LEAP_YEAR}-{month_and_day}")
    except ValueError:
        values = {"day": "/".join(f"{int(part)}" for part in month_and_day.split("-"))}
        raise ForReaders(422, "{day} という日は、暦にありません。", values=values) from None


def next_day(of: date, today: date) -> date:
    """The next of these days of the year, today included; `of` where the almanac has none."""
    years = range(today.year, almanac.LAST_DAY.year + 1)
    is_leap_day = (of.month, of.day) == (2, 29)
    days = (of.replace(year=year) for year in years if isleap(year) or not is_leap_day)
    return next((day for day in days if day >= today), of)
