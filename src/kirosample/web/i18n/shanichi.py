"""Why almanacs give two dates for a 社日. The sentences are messages."""

from datetime import date
from typing import Final

from kirosample import almanac
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.messages import Messages

SHANICHI: Final = "社日"


def shanichi(day: date, messages: Messages) -> str | None:
    """What to know on a day that is a 社日 for some almanacs only, if it is one."""
    tie = almanac.shanichi_tie(day)
    if not tie:
        return None
    earlier, later, equinox = tie
    short_date = FORMATS[messages.language].short_date
    values = {
        "equinox": messages.word("solar term", equinox.name),
        "earlier": short_date(earlier),
        "later": short_date(later),
    }
    if equinox.at.hour >= 12:
        return messages.say(
            "{equinox}の五日前と五日後が、どちらも戊の日。前の{earlier}とする暦が多く、"
            "{equinox}が午後なので{later}とする暦もある",
            **values,
        )
    if day == later:
        return None
    return messages.say(
        "{equinox}の五日前と五日後が、どちらも戊の日。{equinox}が午前なので、{later}ではなく{earlier}",
        **values,
    )
