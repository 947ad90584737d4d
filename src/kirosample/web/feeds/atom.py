"""Atom (RFC 4287): a feed of days in one language, with links to the other ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import urlsplit

from kirosample.almanac import midnight
from kirosample.web.i18n.languages import JAPANESE, PREFIXES, Language
from kirosample.web.site import SITE

MEDIA_TYPE = "application/atom+xml"

_OWNED_IN = 2026  # a year in which we owned the domain, for tag URIs


@dataclass(frozen=True, slots=True)
class Entry:
    """A day's entry. `path` is the Japanese path of its page, `html` its content."""

    day: date
    title: str
    path: str
    html: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of the site at `address`, with the Japanese paths of itself and of its page."""

    address: str
    path: str
    page: str
    language: Language

    def document(self, title: str, today: date, entries: Iterable[Entry]) -> str:
        """The feed as XML."""
        name = SITE.ja if self.language == JAPANESE else SITE.en
        others = (language for language in PREFIXES if language != self.language)
        return "\n".join(
            (
                '<?xml version="1.0" encoding="utf-8"?>',
                f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{self.language}">',
                f"<title>{escape(title)}</title>",
                f"<id>{self._tag}</id>",
                f"<updated>{midnight(today).isoformat()}</updated>",
                f"<author><name>{name}</name></author>",
                self._link("self", MEDIA_TYPE, self.path, self.language),
                self._link("alternate", "text/html", self.page, self.language),
                *(self._link("alternate", MEDIA_TYPE, self.path, other) for other in others),
                *map(self._entry, entries),
                "</feed>\n",
            )
        )

    @property
    def _tag(self) -> str:
        """The feed's permanent id (RFC 4151), and the prefix of its entries' ids."""
        name = self.path.rpartition("/")[2].removesuffix(".xml")
        suffix = "" if self.language == JAPANESE else f".{self.language}"
        return f"tag:{urlsplit(self.address).hostname},{_OWNED_IN}:{name}{suffix}"

    def _entry(self, entry: Entry) -> str:
        return "\n".join(
            (
                "<entry>",
                f"<title>{escape(entry.title)}</title>",
                f"<id>{self._tag}/{entry.day}</id>",
                f"<updated>{midnight(entry.day).isoformat()}</updated>",
                self._link("alternate", "text/html", entry.path, self.language),
                f'<content type="html">{escape(entry.html)}</content>',
                "</entry>",
            )
        )

    def _link(self, rel: str, media_type: str, path: str, language: Language) -> str:
        href = escape(self.address + PREFIXES[language] + path)
        return f'<link rel="{rel}" type="{media_type}" hreflang="{language}" href="{href}"/>'
