"""Writing Atom (RFC 4287): a feed of days in one language, which knows its twin in the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from html import escape
from urllib.parse import urlsplit

from kirosample.clock import JST
from kirosample.web.languages import JAPANESE, PREFIXES, Language

MEDIA_TYPE = "application/atom+xml"

_BEGAN = 2026  # a tag URI names a year in which the domain was ours


@dataclass(frozen=True, slots=True)
class Entry:
    """A day's entry. `path` is the page it is of, as in Japanese, `html` what a reader shows."""

    day: date
    title: str
    path: str
    html: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of the portal at `address`, at `path`, of what `page` shows; both as in Japanese."""

    address: str
    path: str
    page: str
    language: Language

    def written(self, title: str, today: date, entries: Iterable[Entry]) -> str:
        """The document."""
        others = (language for language in PREFIXES if language != self.language)
        return "\n".join(
            (
                '<?xml version="1.0" encoding="utf-8"?>',
                f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{self.language}">',
                f"<title>{escape(title)}</title>",
                f"<id>{self._tag}</id>",
                f"<updated>{_midnight(today)}</updated>",
                "<author><name>KiroSample</name></author>",
                self._link("self", MEDIA_TYPE, self.path, self.language),
                self._link("alternate", "text/html", self.page, self.language),
                *(self._link("alternate", MEDIA_TYPE, self.path, other) for other in others),
                *map(self._entry, entries),
                "</feed>\n",
            )
        )

    @property
    def _tag(self) -> str:
        """What names the feed for good (RFC 4151), and begins the names of its entries."""
        name = self.path.rpartition("/")[2].removesuffix(".xml")
        spoken = "" if self.language == JAPANESE else f".{self.language}"
        return f"tag:{urlsplit(self.address).hostname},{_BEGAN}:{name}{spoken}"

    def _entry(self, entry: Entry) -> str:
        return "\n".join(
            (
                "<entry>",
                f"<title>{escape(entry.title)}</title>",
                f"<id>{self._tag}/{entry.day}</id>",
                f"<updated>{_midnight(entry.day)}</updated>",
                self._link("alternate", "text/html", entry.path, self.language),
                f'<content type="html">{escape(entry.html)}</content>',
                "</entry>",
            )
        )

    def _link(self, rel: str, media_type: str, path: str, language: Language) -> str:
        href = escape(self.address + PREFIXES[language] + path)
        return f'<link rel="{rel}" type="{media_type}" hreflang="{language}" href="{href}"/>'


def _midnight(day: date) -> str:
    """When a day begins in Japan."""
    return datetime.combine(day, time(), JST).isoformat()
