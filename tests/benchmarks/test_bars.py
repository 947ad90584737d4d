"""The pictures of documents show their figures to scale."""

import re

from benchmarks.bars import MARGIN, WIDTH, Bar, picture


def test_bars_are_to_scale_with_a_line_at_one() -> None:
    svg = picture("A & B", [Bar("<a>", 0.5, "half", good=False), Bar("b", 4, "four", good=True)])
    whole = WIDTH - 2 * MARGIN
    bars = re.findall(r'class="(good|bad)".* width="([\d.]+)"', svg)
    assert bars == [("bad", f"{whole / 8:.1f}"), ("good", f"{whole:.1f}")]
    assert re.findall(r'x1="([\d.]+)"', svg) == [f"{MARGIN + whole / 4:.1f}"] * 2
    assert "&lt;a&gt;" in svg
