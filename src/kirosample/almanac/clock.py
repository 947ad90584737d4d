"""Instants as almanacs print them."""

from datetime import datetime


def clock(at: datetime) -> str:
    """The time of day to the nearest minute, `6:25`; half a minute before midnight is `24:00`.

    Never rounded into the next day, which would contradict the date beside it: so does the
    observatory's 暦要項.
    """
    minutes = (at.hour * 3600 + at.minute * 60 + at.second + 30) // 60
    return f"{minutes // 60}:{minutes % 60:02}"
