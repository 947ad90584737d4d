"""Parts that pages of the catalogue repeat: the quotes of a list, the links to topics and authors.

Each is rendered once: a list has up to a hundred quotes, and a page some 240 links.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import minijinja

from kirosample.quotes import Catalogue, Quote
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.languages import Messages

Kind = Literal["author", "topic"]


class Listing:
    """The parts in one language, cached from their first use: about half a megabyte at most."""

    def __init__(
        self, catalogue: Catalogue, messages: Messages, render: Callable[..., str]
    ) -> None:
        say, word = messages.text, messages.word
        formats = FORMATS[messages.language]
        authors = catalogue.authors()
        indexed = sorted((formats.index(author), author.name, author) for author in authors)
        self._names: Mapping[Kind, Mapping[str, tuple[str, int]]] = {
            "author": {a.name.ja: (say(a.name), authors[a]) for *_, a in indexed},
            "topic": {topic: (word("topic", topic), n) for topic, n in catalogue.topics().items()},
        }
        # The first author of each initial.
        first = {formats.initial(index): author for index, _, author in reversed(indexed)}
        self._initials = {author.name.ja: initial for initial, author in first.items()}
        self._render = render
        self._items: dict[tuple[str, bool], str] = {}
        self._links: dict[Kind, dict[str, str]] = {}
        self._joined: dict[Kind, str] = {}

    def items(self, quotes: Iterable[Quote], *, with_author: bool) -> str:
        """HTML of the items of a list."""
        return minijinja.safe("".join([self._item(quote, with_author) for quote in quotes]))

    def links(self, kind: Kind, chosen: str, most: int | None = None) -> str:
        """HTML of the links to the names of a kind, with `chosen` marked as the current one."""
        if kind not in self._links:
            links = {key: self._link(kind, key) for key in self._names[kind]}
            self._links[kind] = links
            self._joined[kind] = minijinja.safe("".join(links.values()))
        links = self._links[kind]
        if chosen in links:
            links = links | {chosen: self._link(kind, chosen, is_chosen=True)}
        elif not most:
            return self._joined[kind]
        return minijinja.safe("".join([*links.values()][:most]))

    def _item(self, quote: Quote, with_author: bool) -> str:
        key = quote.id, with_author
        item = self._items.get(key)
        if item is None:
            item = self._render("quotes_item.html", quote=quote, with_author=with_author)
            self._items[key] = item
        return item

    def _link(self, kind: Kind, key: str, *, is_chosen: bool = False) -> str:
        name, number = self._names[kind][key]
        link = self._render(
            "quotes_link.html", kind=kind, key=key, name=name, number=number, is_chosen=is_chosen
        )
        initial = self._initials.get(key, "") if kind == "author" else ""
        return f"<b>{initial}</b>{link}" if initial else link
