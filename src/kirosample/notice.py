"""The owner's notice on every page, in `notice.toml`."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from kirosample.text import Text

_FILE = "notice.toml"


class NoticeError(Exception):
    """The file is invalid; the message names the file and the field."""


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every page says from one day until another one, both included."""

    since: date = msgspec.field(name="from")
    until: date
    ja: str
    en: str

    def on(self, day: date | None) -> Text | None:
        """What the pages of this day say; those of no day say nothing."""
        return Text(self.ja, self.en) if day and self.since <= day <= self.until else None


@cache
def load() -> Notice | None:
    """The notice; None if the file has nothing but comments. Raises NoticeError."""
    try:
        fields = tomllib.loads((resources.files("kirosample") / _FILE).read_text(encoding="utf-8"))
        return parse(fields) if fields else None
    except (ValueError, msgspec.ValidationError) as error:
        raise NoticeError(f"{_FILE}: {error}") from error


def parse(fields: Mapping[str, Any]) -> Notice:
    """Raises ValidationError and ValueError."""
    notice = msgspec.convert(fields, Notice)
    if notice.until < notice.since:
        raise ValueError(f"`until` is {notice.until}, before `from`")
    if not notice.ja.strip() or not notice.en.strip():
        raise ValueError("`ja` or `en` is empty")
    return notice
