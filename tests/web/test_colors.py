"""Every seasonal accent can be read, in light and in dark, on every ground it stands on."""

import re
from importlib import resources

import pytest

SHEET = (resources.files("kirosample.web") / "static" / "style.css").read_text(encoding="utf-8")
DARK = "@media screen and (prefers-color-scheme: dark)"
ENOUGH = 4.5  # WCAG 2.2, 1.4.3
ENOUGH_OF_A_PICTURE = 3  # 1.4.11

Color = tuple[float, float, float]


def tokens(scheme: str) -> dict[str, Color]:
    """The colors of `:root` in a scheme; the dark ones replace the light ones."""
    light, dark = (re.search(r":root \{([^}]*)\}", part) for part in SHEET.split(DARK)[:2])
    assert light
    assert dark
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light[1]))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark[1]))
    return {name: color(value) for name, value in found.items()}


def accents(scheme: str) -> dict[str, Color]:
    found = re.findall(rf"\.(term-\d\d) \{{.*?--accent-{scheme}: (#[0-9a-f]{{6}});", SHEET)
    return {name: color(value) for name, value in found} | {
        "none": tokens(scheme)[f"accent-{scheme}"]
    }


def color(text: str) -> Color:
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def mixed(one: Color, other: Color, part: float) -> Color:
    red, green, blue = (part * a + (1 - part) * b for a, b in zip(one, other, strict=True))
    return red, green, blue


def luminance(of: Color) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in of]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def tint(accent: Color, scheme: str) -> Color:
    parts = dict(
        zip(("light", "dark"), re.findall(r"--tint: color-mix\(.*?(\d+)%", SHEET), strict=True)
    )
    return mixed(accent, tokens(scheme)["paper"], int(parts[scheme]) / 100)


def test_the_contrast_of_black_and_white_is_as_the_standard_says() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_of_the_24_solar_terms_has_an_accent_of_its_own(scheme: str) -> None:
    found = {name: value for name, value in accents(scheme).items() if name != "none"}
    assert list(found) == [f"term-{n:02}" for n in range(1, 25)]
    assert len(set(found.values())) == 24


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface", "tint"])
def test_every_accent_can_be_read_on_every_ground(scheme: str, ground: str) -> None:
    for name, accent in accents(scheme).items():
        under = tint(accent, scheme) if ground == "tint" else tokens(scheme)[ground]
        assert contrast(accent, under) >= ENOUGH, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "ink-soft", "holiday", "saturday"])
def test_text_can_be_read_on_every_ground(scheme: str, text: str) -> None:
    found = tokens(scheme)
    grounds = [
        found["paper"],
        found["surface"],
        *(tint(a, scheme) for a in accents(scheme).values()),
    ]
    assert min(contrast(found[text], ground) for ground in grounds) >= ENOUGH


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_lit_part_of_the_moon_stands_out_from_its_dark_part(scheme: str) -> None:
    found = tokens(scheme)
    assert contrast(found["moon-lit"], found["moon-dark"]) >= ENOUGH_OF_A_PICTURE
