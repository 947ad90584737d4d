"""SVG pictures of a day's facts, colored by the style sheet; those of terms from seasons.toml."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import cos, radians, sin
from typing import Annotated, Any, Final

from msgspec import Meta

from kirosample import content
from kirosample.almanac import SYNODIC_MONTH
from kirosample.almanac.terms import NAMES
from kirosample.horoscope import BODY_NAMES, SIGNS, Sky
from kirosample.web.svg.icons import strokes

LETTERS: Final = {body: name[0] for body, name in BODY_NAMES.items()} | {"sun": "日"}
"""The character of each body in the wheel."""

WHEEL: Final = "黄道十二宮の輪に、太陽と月と惑星の位置を記した図。内容は表と同じです。"

SEAS: Final = (
    "M16 50A12 19 0 0 1 40 50A12 19 0 0 1 16 50z"
    "M26 30A13 13 0 0 1 52 30A13 13 0 0 1 26 30z"
    "M50 32A8 8 0 0 1 66 32A8 8 0 0 1 50 32z"
    "M57 44A9 9 0 0 1 75 44A9 9 0 0 1 57 44z"
    "M69 55A6 6 0 0 1 81 55A6 6 0 0 1 69 55z"
    "M32 67A9 9 0 0 1 50 67A9 9 0 0 1 32 67z"
    "M76 33A4 4 0 0 1 84 33A4 4 0 0 1 76 33z"
    "M40 45A5 5 0 0 1 50 45A5 5 0 0 1 40 45z"
)
"""The maria of the near side, on the Moon's grid of 100 x 100."""

_SEASONS: Final = "web/svg/seasons.toml"
_Path = Annotated[str, Meta(pattern="^[Mm][0-9A-Za-z ,.-]+$")]

_RIM, _BAND, _LABELS, _CORE = 192, 154, 122, 94  # radii of the wheel
_MIN_GAP: Final = 13.5  # degrees between the labels of two bodies


def moon(phase: float, *, size: int = 72, seas: bool = True) -> str:
    """The Moon as seen from Japan; `phase` in degrees, 0 at new and 180 at full moon."""
    return (
        f'<svg class="moon" width="{size}" height="{size}" viewBox="0 0 100 100"'
        ' aria-hidden="true">'
        # It is a little smaller than the lit part, so that no dark edge shows at the limb.
        '<circle class="moon-dark" cx="50" cy="50" r="45.5"/>'
        f'<path class="moon-lit" d="{lit(phase)}"/>'
        + (f'<path class="moon-seas" d="{SEAS}"/></svg>' if seas else "</svg>")
    )


@lru_cache(maxsize=512)
def moon_of_age(age: float) -> str:
    """The Moon of an age in days, at its mean motion. There are 300 ages to a tenth of a day."""
    return moon(age / SYNODIC_MONTH * 360, size=16, seas=False)


def wheel(
    sky: Sky,
    sign: str | None = None,
    *,
    letters: Mapping[str, str] = LETTERS,
    description: str = WHEEL,
) -> str:
    """The zodiac with Sun, Moon and planets at their longitudes, and `sign` highlighted.

    0 degrees (the start of おひつじ座) is at the left, and longitude increases counterclockwise.
    """
    parts = [
        f'<circle class="wheel-rim" r="{_RIM}"/><circle class="wheel-rim" r="{_BAND}"/>',
        f'<circle class="wheel-core" r="{_CORE}"/>',
        *(_sector(n, SIGNS[n].id, of=sign) for n in range(len(SIGNS))),
    ]
    longitudes = {placement.body: placement.longitude for placement in sky.placements}
    for aspect in sky.aspects:
        if aspect.angle:
            here, there = longitudes[aspect.faster], longitudes[aspect.slower]
            kind = "wheel-ease" if aspect.angle in (60, 120) else "wheel-strain"
            parts.append(_line(kind, _at(_CORE, here), _at(_CORE, there)))
    bodies = sorted(longitudes, key=longitudes.__getitem__)
    labels = spread([longitudes[body] for body in bodies], _MIN_GAP)
    for body, label in zip(bodies, labels, strict=True):
        x, y = _at(_LABELS, label)
        parts += [
            _line("wheel-mark", _at(_BAND, longitudes[body]), _at(_LABELS + 13, label)),
            f'<circle class="wheel-body body-{body}" cx="{x:.1f}" cy="{y:.1f}" r="13"/>',
            f'<text x="{x:.1f}" y="{y:.1f}" dy=".36em">{letters[body]}</text>',
        ]
    return (
        '<svg class="wheel" width="320" height="320" viewBox="-200 -200 400 400" role="img" '
        f'aria-label="{description}">'
        f"{''.join(parts)}</svg>"
    )


def spread(angles: Sequence[float], gap: float) -> list[float]:
    """Move angles (degrees, ascending) apart until neighbors on the circle are `gap` apart.

    Their order is kept. `gap * len(angles)` must be well below 360.
    """
    moved = list(angles)
    for _ in range(500):
        closest = gap
        for here in range(len(moved)):
            there = (here + 1) % len(moved)
            turn = 360 if there <= here else 0
            apart = moved[there] + turn - moved[here]
            closest = min(closest, apart)
            if apart < gap:
                push = (gap - apart) / 2
                moved[here] -= push
                moved[there] += push
        if closest > gap - 0.01:
            break
    return moved


def swatch(color: str) -> str:
    """A color such as #a63a50, beside its name."""
    return (
        '<svg class="swatch" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">'
        f'<circle cx="8" cy="8" r="7" fill="{color}"/></svg>'
    )


def lit(phase: float) -> str:
    """The path of the lit part of the disc: along the limb, and back along the terminator."""
    phase %= 360
    waxing = phase < 180  # the right half is lit, seen from the northern hemisphere
    gibbous = 90 < phase < 270
    limb = 1 if waxing else 0
    back = 1 if waxing == gibbous else 0
    across = abs(46 * cos(radians(phase)))
    return f"M50 4A46 46 0 0 {limb} 50 96A{across:.2f} 46 0 0 {back} 50 4z"


def _sector(position: int, sign: str, *, of: str | None) -> str:
    start = 30 * position
    x, y = _at((_RIM + _BAND) / 2, start + 15)
    edge = _line("wheel-edge", _at(_BAND, start), _at(_RIM, start))
    ground = ""
    if sign == of:
        (ax, ay), (bx, by) = _at(_RIM, start), _at(_RIM, start + 30)
        (cx, cy), (dx, dy) = _at(_BAND, start + 30), _at(_BAND, start)
        ground = (
            f'<path class="wheel-own" d="M{ax:.1f} {ay:.1f}A{_RIM} {_RIM} 0 0 0 {bx:.1f} {by:.1f}'
            f'L{cx:.1f} {cy:.1f}A{_BAND} {_BAND} 0 0 1 {dx:.1f} {dy:.1f}z"/>'
        )
    kind = "wheel-sign wheel-sign-own" if sign == of else "wheel-sign"
    glyph = (
        f'<g class="{kind}" transform="translate({x - 12:.1f} {y - 12:.1f})">{strokes(sign)}</g>'
    )
    return ground + edge + glyph


def _at(radius: float, longitude: float) -> tuple[float, float]:
    angle = radians(180 + longitude)
    return radius * cos(angle), -radius * sin(angle)


def _line(kind: str, here: tuple[float, float], there: tuple[float, float]) -> str:
    (ax, ay), (bx, by) = here, there
    return f'<line class="{kind}" x1="{ax:.1f}" y1="{ay:.1f}" x2="{bx:.1f}" y2="{by:.1f}"/>'


@cache
def load_seasons() -> Mapping[str, str]:
    """The path of each solar term's picture, by its name. Raises ContentError."""
    paths = dict(content.entries(_SEASONS, content.read(_SEASONS, dict[str, Any]), _Path))
    content.require_names(_SEASONS, "pictures", paths, NAMES)
    return paths


def season_picture(term: str) -> str:
    """The picture of a solar term, beside a text that names it. Raises KeyError."""
    drawn = load_seasons()[term]
    size = 'width="48" height="48" viewBox="0 0 48 48"'
    return f'<svg class="season" {size} aria-hidden="true"><path d="{drawn}"/></svg>'
