"""What pages of the catalogue repeat, rendered once: a quote in a list, and a link to a name.

A list has a hundred quotes, and beside every list stand some 240 links to topics and authors.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import minijinja

from kirosample.quotes import Catalogue, Quote

Kind = Literal["author", "topic"]


class Listing:
    """The parts in one language, kept from their first use on: at most two of a quote.

    All are of the catalogue, whatever is searched for: about half a megabyte a language.
    """

    def __init__(self, catalogue: Catalogue, render: Callable[..., str]) -> None:
        self._names: Mapping[Kind, Mapping[str, int]] = {
            "author": catalogue.authors(),
            "topic": catalogue.topics(),
        }
        self._render = render
        self._items: dict[tuple[str, bool], str] = {}
        self._links: dict[Kind, dict[str, str]] = {}

    def items(self, quotes: Iterable[Quote], *, with_author: bool) -> str:
        """HTML of the items of a list."""
        return minijinja.safe("".join([self._item(quote, with_author) for quote in quotes]))

    def links(self, kind: Kind, chosen: str) -> str:
        """HTML of the links to all names of a kind; the page of the `chosen` one is shown."""
        if kind not in self._links:
            self._links[kind] = {name: self._link(kind, name) for name in self._names[kind]}
        links = self._links[kind]
        if chosen in links:
            links = links | {chosen: self._link(kind, chosen, is_chosen=True)}
        return minijinja.safe("".join(links.values()))

    def _item(self, quote: Quote, with_author: bool) -> str:
        key = quote.id, with_author
        item = self._items.get(key)
        if item is None:
            item = self._render("quotes_item.html", quote=quote, with_author=with_author)
            self._items[key] = item
        return item

    def _link(self, kind: Kind, name: str, *, is_chosen: bool = False) -> str:
        number = self._names[kind][name]
        return self._render(
            "quotes_link.html", kind=kind, name=name, number=number, is_chosen=is_chosen
        )
