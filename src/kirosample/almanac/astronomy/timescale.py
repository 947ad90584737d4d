"""Universal time, in days since 1899-12-31 12:00 as in libastro, and Japan's civil time."""

from datetime import UTC, date, datetime, timedelta

from kirosample.almanac.model import JST

_EPOCH = datetime(1899, 12, 31, 12, tzinfo=UTC)
_NOON_ORDINAL = date(1899, 12, 31).toordinal()
_OFFSET = JST.utcoffset(None) / timedelta(days=1)


def jst_of_ut(ut: float) -> datetime:
    """The civil time in Japan of an instant, to the nearest second."""
    return (_EPOCH + timedelta(seconds=round(ut * 86400))).astimezone(JST)


def noon(day: date) -> float:
    """UT of noon in Japan of a day."""
    return day.toordinal() - _NOON_ORDINAL - _OFFSET
