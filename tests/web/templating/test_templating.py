"""Filters that make HTML; what lists of quotes repeat is rendered once."""

import html
import re

from kirosample.quotes import Author, Catalogue, Quote
from kirosample.text import Text
from kirosample.web.i18n.languages import Messages
from kirosample.web.templating.filters import breakable, ruby_html
from kirosample.web.templating.listing import Listing
from tools.servers import Running


def test_furigana_are_ruby_and_every_text_is_escaped() -> None:
    assert ruby_html("{<b>|びー}に|&") == "<ruby>&lt;b&gt;<rt>びー</rt></ruby>に&amp;"


def test_a_line_may_break_between_phrases_and_not_within_furigana() -> None:
    unbroken = "<span class='unbroken'><ruby>曙<rt>あけぼの</rt></ruby>。</span>"
    assert breakable("春は、{曙|あけぼの}。やうやう") == f"春は、<wbr>{unbroken}<wbr>やうやう"


def test_a_quotation_within_a_quotation_has_the_inner_marks(pages: Running) -> None:
    for prefix, begin in (("", "「『母ちゃん、"), ("/en", "“‘Mama, look!")):
        page = html.unescape(pages.text(f"{prefix}/quote/nankichi-tebukuro-01"))
        (described,) = re.findall(r'<meta name="description" content="([^"]*)"', page)
        assert described.startswith(begin)
        assert not re.search("「「|““|」」|””", described)


def test_authors_stand_in_the_order_of_their_kana_or_letters(pages: Running) -> None:
    for address, initials in (("/quotes", "あかさたなはまやらわ"), ("/en/quotes", "ABCDEFGH")):
        shown = re.findall(r"<b>(.)</b>", pages.text(address))
        assert "".join(shown).startswith(initials)
        assert shown == sorted(set(shown))


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
