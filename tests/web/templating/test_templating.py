"""Filters that make HTML; what lists of quotes repeat is rendered once."""

import re
from importlib.resources import files
from unittest.mock import Mock

from kirosample import quotes
from kirosample.favorites import Item
from kirosample.quotes import Author, Catalogue, Quote
from kirosample.text import Text
from kirosample.web.i18n.messages import Messages
from kirosample.web.templating.filters import breakable, ruby_html
from kirosample.web.templating.listing import Listing
from tools.servers import Running


def test_furigana_are_ruby_and_every_text_is_escaped() -> None:
    assert ruby_html("{<b>|びー}に|&") == "<ruby>&lt;b&gt;<rt>びー</rt></ruby>に&amp;"


def test_a_line_may_break_between_phrases_and_not_within_furigana() -> None:
    unbroken = "<span class='unbroken'><ruby>曙<rt>あけぼの</rt></ruby>。</span>"
    assert breakable("春は、{曙|あけぼの}。やうやう") == f"春は、<wbr>{unbroken}<wbr>やうやう"


def test_authors_stand_in_the_order_of_their_kana_or_letters(pages: Running) -> None:
    for address, initials in (("/quotes", "あかさたなはまやらわ"), ("/en/quotes", "ABCDEFGH")):
        shown = re.findall(r"<b>(.)</b>", pages.text(address))
        assert "".join(shown).startswith(initials)
        assert shown == sorted(set(shown))


def test_a_quote_and_a_name_in_lists_are_rendered_once() -> None:
    render = Mock(side_effect=lambda template, **given: f"<{template} {given}>")
    catalogue = quotes.load()
    listing = Listing(catalogue, Messages("ja"), render)
    names = len(catalogue.authors()) + len(catalogue.topics())
    for start in range(10):
        listing.items(catalogue.quotes[start : start + 100], with_author=True)
        listing.links("author", "")
        listing.links("topic", "nothing we have")
    assert render.call_count == 109 + names
    topic = next(iter(catalogue.topics()))
    assert "'is_chosen': True" in listing.links("topic", topic)
    assert render.call_count == 110 + names, "and the chosen one, for its own page"
    assert "'is_chosen': True" not in listing.links("topic", "")


def test_no_message_without_values_is_left_to_translate_on_each_page(pages: Running) -> None:
    names = [file.name for file in (files("kirosample.web") / "templates").iterdir()]
    for environment in pages.portal.templates._environments.values():
        assert environment.loader
        texts = [environment.loader(name) for name in names if name.endswith(".html")]
        assert not re.findall(r'(?<![\w.])_\("[^"{}]*"\)', "".join(filter(None, texts)))


def test_cached_list_items_stay_escaped(pages: Running) -> None:
    hostile = Quote(
        "a",
        Text("<b>&\"'", "words"),
        Author(Text("<i>", "name")),
        Text("<u>", "source"),
        None,
        None,
        ("旅",),
        "cited",
        None,
    )
    environment = pages.portal.templates._environments["ja"]
    listing = Listing(Catalogue([hostile]), Messages("ja"), environment.render_template)
    for _ in range(2):
        shown = listing.items([hostile], with_author=True)
        assert "&lt;b&gt;&amp;" in shown
        assert "&lt;u&gt;" in shown
        shown += listing.links("author", "<i>")
        assert not any(tag in shown for tag in ("<b>", "<i>", "<u>"))


def test_the_path_of_a_favorite_is_escaped(pages: Running) -> None:
    environment = pages.portal.templates._environments["ja"]
    shown = environment.render_str("{{ liked|path }}", liked=Item("quote", "\"<i>'", "", ""))
    assert shown == "/quote/&quot;&lt;i&gt;&#x27;"
