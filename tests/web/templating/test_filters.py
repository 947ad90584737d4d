"""Filters that make HTML."""

from kirosample.web.templating.filters import ruby_html


def test_furigana_are_ruby_and_every_text_is_escaped() -> None:
    assert ruby_html("{<b>|びー}に|&") == "<ruby>&lt;b&gt;<rt>びー</rt></ruby>に&amp;"
