"""`make generate`: the moment of the last change of calendars, which their events have as DTSTAMP.

Readings are not compared: a calendar of mornings has others every day.
"""

import re
import sys
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from kirosample import almanac
from kirosample.web import icalendar
from kirosample.web.calendar_options import CALENDAR_OPTIONS
from kirosample.web.feeds import calendar, wish
from kirosample.web.i18n.languages import PREFIXES, Messages
from kirosample.web.queries import CALENDAR_QUERY

FILE = Path(icalendar.__file__).with_suffix(".txt")

_YEARS = range(2020, 2041)


def digest() -> str:
    """The hash of what the almanac's calendars and those of lucky days say, in each language."""
    everything = msgspec.convert(dict.fromkeys(CALENDAR_OPTIONS, True), CALENDAR_QUERY)
    hashed = sha256()
    for messages in map(Messages, PREFIXES):
        wishes = (
            almanac.Wish(purpose, date(2026, 1, 1))
            for purpose in almanac.load_words().purposes.values()
        )
        for document in (
            calendar.document(_YEARS, everything, messages),
            *(wish.document(each, messages) for each in wishes),
        ):
            for part in document:
                hashed.update(re.sub("DTSTAMP:.*", "", part).encode())
    return hashed.hexdigest()


def main() -> int:
    _, known = FILE.read_text("ascii").split()
    if (now := digest()) != known:
        FILE.write_text(f"{datetime.now(UTC):%Y%m%dT%H%M%SZ} {now}\n", "ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
