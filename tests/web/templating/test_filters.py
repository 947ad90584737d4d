"""Filters that make HTML."""

from kirosample.web.templating.filters import breakable, ruby_html


def test_furigana_are_ruby_and_every_text_is_escaped() -> None:
    assert ruby_html("{<b>|びー}に|&") == "<ruby>&lt;b&gt;<rt>びー</rt></ruby>に&amp;"


def test_a_line_may_break_between_phrases_and_not_within_furigana() -> None:
    unbroken = "<span class='unbroken'><ruby>曙<rt>あけぼの</rt></ruby>。</span>"
    assert breakable("春は、{曙|あけぼの}。やうやう") == f"春は、<wbr>{unbroken}<wbr>やうやう"
