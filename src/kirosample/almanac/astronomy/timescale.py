"""Terrestrial time (TT) to Japan's civil time.

Instants are floats: days since 1899-12-31 12:00 (Dublin Julian days, as in libastro). Positions of
the Sun and the Moon use TT, the rotation of the Earth uses UT.

Civil time is UTC+9 with TT - UTC from the leap seconds; before 1972 it is UT+9 with libastro's
table of delta T. No leap second is announced after 2017, and Resolution 4 of the 27th CGPM (2022)
ends them by 2035, so TT - UTC is assumed to stay at 69.184 s.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta

import ephem

from kirosample.almanac.model import JST

_EPOCH = datetime(1899, 12, 31, 12, tzinfo=UTC)
_NOON_ORDINAL = date(1899, 12, 31).toordinal()
_OFFSET = JST.utcoffset(None) / timedelta(days=1)
_TT_MINUS_TAI = 32.184

# The first day of each TAI - UTC, 10 s on 1972-01-01 and one more each time (IERS Bulletin C).
_LEAPS = tuple(
    float(date(year, month, 1).toordinal() - _NOON_ORDINAL) - 0.5
    for year, month in (
        (1972, 1), (1972, 7), (1973, 1), (1974, 1), (1975, 1), (1976, 1), (1977, 1), (1978, 1),
        (1979, 1), (1980, 1), (1981, 7), (1982, 7), (1983, 7), (1985, 7), (1988, 1), (1990, 1),
        (1991, 1), (1992, 7), (1993, 7), (1994, 7), (1996, 1), (1997, 7), (1999, 1), (2006, 1),
        (2009, 1), (2012, 7), (2015, 7), (2017, 1),
    )
)  # fmt: skip


def tt_minus_ut(moment: float) -> float:
    """Seconds by which TT is ahead of UTC (before 1972: of UT) at a time in either."""
    leaps = bisect_right(_LEAPS, moment)
    if leaps:
        return _TT_MINUS_TAI + 9 + leaps
    return float(ephem.delta_t(moment))


def jst_of_tt(tt: float) -> datetime:
    """The civil time in Japan of an instant in TT, to the nearest second."""
    return jst_of_ut(tt - tt_minus_ut(tt) / 86400)


def jst_of_ut(ut: float) -> datetime:
    """The civil time in Japan of an instant in UT, to the nearest second."""
    return (_EPOCH + timedelta(seconds=round(ut * 86400))).astimezone(JST)


def noon(day: date) -> float:
    """UT of noon in Japan of a day."""
    return day.toordinal() - _NOON_ORDINAL - _OFFSET
