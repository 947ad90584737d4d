"""Every accent is readable in light and dark on every background."""

import re
from importlib import resources

import pytest

from ishizue.http import assets
from kirosample.web import colors
from kirosample.web.colors import Scheme

SHEET = assets.read(resources.files("kirosample.web") / "static" / "style.css").decode()
ENOUGH = 4.5  # WCAG 2.2, 1.4.3

Color = tuple[float, float, float]


def tokens(scheme: Scheme) -> dict[str, Color]:
    return {name: color(value) for name, value in colors.tokens(scheme).items()}


def accents(scheme: Scheme) -> dict[str, Color]:
    by_class = {name: color(value) for name, value in colors.accents(scheme).items()}
    return by_class | {"none": tokens(scheme)[f"accent-{scheme}"]}


def color(text: str) -> Color:
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def mixed(color: Color, other: Color, part: float) -> Color:
    red, green, blue = (part * a + (1 - part) * b for a, b in zip(color, other, strict=True))
    return red, green, blue


def luminance(of: Color) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in of]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(color: Color, other: Color) -> float:
    lighter, darker = sorted((luminance(color), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def tint(accent: Color, scheme: Scheme) -> Color:
    percentages = re.findall(r"--tinted: (\d+)%", SHEET)
    parts: dict[str, str] = dict(zip(("light", "dark"), percentages, strict=True))
    return mixed(accent, tokens(scheme)["paper"], int(parts[scheme]) / 100)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accents_and_text_are_readable_on_every_background(scheme: Scheme) -> None:
    known = tokens(scheme)
    plain = [known["paper"], known["surface"]]
    for name, accent in accents(scheme).items():
        grounds = [*plain, tint(accent, scheme)]
        assert min(contrast(accent, ground) for ground in grounds) >= ENOUGH, name
        for text in ("ink", "ink-soft", "holiday", "saturday"):
            assert min(contrast(known[text], ground) for ground in grounds) >= ENOUGH, (name, text)
