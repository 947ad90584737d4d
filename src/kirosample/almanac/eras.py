"""和暦: the eras since 1900. The day of change belongs to the new era."""

from datetime import date, timedelta

from kirosample.almanac.model import FIRST_DAY, LAST_DAY, Era

_ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
    ("明治", date(1868, 1, 25)),
)


def era_days() -> dict[str, tuple[date, date]]:
    """The first and last day of each era that the almanac has, the latest first."""
    found, last = {}, LAST_DAY
    for name, since in _ERAS:
        found[name] = max(since, FIRST_DAY), last
        last = since - timedelta(1)
    return found


def first_year(name: str) -> int:
    """The Gregorian year that is 元年 of an era."""
    return dict(_ERAS)[name].year


def era(day: date) -> Era:
    """The era of a day from 1868 on. Future days are in the present era."""
    return next(Era(name, day.year - since.year + 1) for name, since in _ERAS if day >= since)
