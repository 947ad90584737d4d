"""和暦: the eras since 1900. The day of change belongs to the new era."""

from datetime import date

from kirosample.almanac.model import Era

ERAS = {
    "令和": date(2019, 5, 1),
    "平成": date(1989, 1, 8),
    "昭和": date(1926, 12, 25),
    "大正": date(1912, 7, 30),
    "明治": date(1868, 1, 25),
}
"""Their first days, the latest first."""


def era(day: date) -> Era:
    """The era of a day from 1868 on. Future days are in the present era."""
    return next(
        Era(name, day.year - since.year + 1) for name, since in ERAS.items() if day >= since
    )
