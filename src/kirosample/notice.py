"""The owner's notice on every page, in `notice.toml`."""

from datetime import date
from functools import cache
from typing import Any

from msgspec import Struct, field

from kirosample import content
from kirosample.text import Text

FILE = "notice.toml"


class Notice(Struct, frozen=True, forbid_unknown_fields=True):
    """What every page says from one day until another one, both included."""

    since: date = field(name="from")
    until: date
    text: Text

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise ValueError(f"`until` is {self.until}, before `from`")

    def on(self, day: date | None) -> Text | None:
        """What the pages of this day say; those of no day say nothing."""
        return self.text if day and self.since <= day <= self.until else None


@cache
def load() -> Notice | None:
    """The notice; None if the file has nothing but comments. Raises ContentError."""
    return content.read(FILE, Notice) if content.read(FILE, dict[str, Any]) else None
