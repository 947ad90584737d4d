"""Icons: strokes on a 24 x 24 grid, in the color of the text around them."""

from typing import Final

_LETTER_M: Final = (
    "M3 5.5c1.5 0 2.4.9 2.4 2.4V18M5.4 8.3c.4-1.9 1.5-2.8 2.7-2.8 1.5 0 2.3 1.1 2.3 2.7V18"
    "M10.4 8.3c.4-1.9 1.5-2.8 2.7-2.8 1.5 0 2.3 1.1 2.3 2.7"
)

_STROKES: Final = {
    "aries": (
        "M12 21V10.5C12 6 10.2 3.5 7.6 3.5A3.6 3.6 0 0 0 4 7.1c0 1.7 1 3 2.4 3.4"
        "M12 10.5c0-4.5 1.8-7 4.4-7A3.6 3.6 0 0 1 20 7.1c0 1.7-1 3-2.4 3.4"
    ),
    "taurus": (
        "M12 9.8a5.6 5.6 0 1 0 0 11.2 5.6 5.6 0 0 0 0-11.2z"
        "M4.5 3c1 4.4 3.6 6.8 7.5 6.8S18.5 7.4 19.5 3"
    ),
    "gemini": "M4.5 3.5c4.8 2.3 10.2 2.3 15 0M4.5 20.5c4.8-2.3 10.2-2.3 15 0M8.5 5v14M15.5 5v14",
    "cancer": (
        "M7 6.8a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z"
        "M4.3 9.5c0-3.6 3.6-5.2 7.7-5.2 3.4 0 6 .9 8.2 2.5"
        "M17 11.8a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z"
        "M19.7 14.5c0 3.6-3.6 5.2-7.7 5.2-3.4 0-6-.9-8.2-2.5"
    ),
    "leo": (
        "M7 11.6a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM9.4 12.8C7.6 9.9 7 8.6 7 7.3a4.5 4.5 0 0 1 9 0"
        "c0 3.5-2.9 6.6-2.9 10 0 2 1.1 3.2 2.7 3.2 1.4 0 2.4-.9 2.7-2.2"
    ),
    "virgo": (
        f"{_LETTER_M}v8.6c0 2 1 3.4 3 3.9"
        "M15.4 11c.6-1.6 1.6-2.3 2.7-2.3 1.4 0 2.3 1 2.3 2.5"
        " 0 3.3-3 6.3-7.4 8.3"
    ),
    "libra": (
        "M3.5 20h17"
        "M3.5 15.6h5.7A6.2 6.2 0 0 1 5.9 10a6.1 6.1 0 0 1 12.2 0 6.2 6.2 0 0 1-3.3 5.6h5.7"
    ),
    "scorpio": f"{_LETTER_M}v8.8c0 2 1 3 2.5 3h3.1M18.6 17.4l2.6 2.6-2.6 2.6",
    "sagittarius": "M4 20 20 4M12.5 4H20v7.5M6 11.5l6.5 6.5",
    "capricorn": (
        "M4 4.5c1.9 0 2.8 1.2 2.8 3.2V16M6.8 8.5c.4-2.6 1.7-4 3.4-4 2 0 2.8 1.5 2.8 3.8v7.6"
        "c0 3-1.3 4.6-3.7 4.6M13 15.7a3.5 3.5 0 1 1 3.5 3.5c-2 0-3.5-1.5-3.5-3.5z"
    ),
    "aquarius": (
        "M3 9.8 6.6 6.8l3.6 3 3.6-3 3.6 3L21 6.8M3 17.2l3.6-3 3.6 3 3.6-3 3.6 3 3.6-3"
    ),
    "pisces": "M5.5 3.5c4 5.3 4 11.7 0 17M18.5 3.5c-4 5.3-4 11.7 0 17M4.5 12h15",
    "heart": (
        "M12 20.3C7 16.6 3.5 13.4 3.5 9.2a4.6 4.6 0 0 1 8.5-2.5 4.6 4.6 0 0 1 8.5 2.5"
        "c0 4.2-3.5 7.4-8.5 11.1z"
    ),
    "home": "M5 17a7 7 0 0 1 14 0M2.5 17h19M12 3v3M4.2 7.2l2 2M19.8 7.2l-2 2",
    "date": "M4 5.5h16v15H4zM4 10h16M8.5 3v4.5M15.5 3v4.5M8.5 15h.01M12 15h.01M15.5 15h.01",
    "horoscope": "m12 3.2 2.7 5.6 6.1.8-4.4 4.3 1.1 6.1L12 17l-5.5 3 1.1-6.1L3.2 9.6l6.1-.8z",
    "quote": "M4.5 11.5v-7H11M19.5 12.5v7H13M9 12h6",
    "omikuji": "M7 9.5 12 8l5 1.5V20l-5 1.5L7 20zM7 9.5l5 1.5 5-1.5M12 11v10.5M13 8V2.5h2.5v6.4",
    "back": "M15 4.5 7.5 12l7.5 7.5",
    "on": "M9 4.5 16.5 12 9 19.5",
    "share": "M12 15.5V3.5M7.5 7.5 12 3l4.5 4.5M8 10.5H5v10h14v-10h-3",
    "add": "M12 5v14M5 12h14",
    "another": "M20 12a8 8 0 1 1-2.6-5.9M20 3.5V8h-4.5",
}  # fmt: skip

STAR: Final = "m12 2.6 2.9 6 6.6.9-4.8 4.6 1.2 6.6L12 17.5l-5.9 3.2 1.2-6.6L2.5 9.5l6.6-.9z"
MAX_STARS: Final = 5


def path(name: str) -> str:
    """The path of an icon. Raises KeyError."""
    return _STROKES[name]


def strokes(name: str) -> str:
    """The element that draws an icon. Raises KeyError."""
    return f'<path d="{path(name)}"/>'


def icon(name: str) -> str:
    """An icon beside a text that says the same. Raises KeyError."""
    return _icon(strokes(name))


def shape(name: str) -> str:
    """An icon that `again` repeats: at most once in a page. Raises KeyError."""
    return _icon(_shape(name))


def again(name: str) -> str:
    """The same icon as another in the page, by reference."""
    return _icon(f'<use href="#shape-{name}"/>')


def heart() -> str:
    """A heart beside a text that says the same."""
    return again("heart")


def _icon(drawn: str) -> str:
    size = 'width="20" height="20" viewBox="0 0 24 24"'
    return f'<svg class="icon" {size} aria-hidden="true">{drawn}</svg>'


def _shape(name: str) -> str:
    return f'<path id="shape-{name}" d="{path(name)}"/>'


def shapes() -> str:
    """The shapes that `heart` and `stars` refer to, once in each page."""
    row = "".join(f'<use href="#star" x="{24 * n}"/>' for n in range(1, MAX_STARS))
    drawn = f'{_shape("heart")}<g id="stars"><path id="star" d="{STAR}"/>{row}</g>'
    return f'<svg class="shapes" width="0" height="0" aria-hidden="true">{drawn}</svg>'


def stars(score: int) -> str:
    """A row of stars, 0 to 5 of them lit, beside a text that says the same."""
    row = '<use href="#stars"/>'
    lit = f'<svg width="{24 * score}">{row}</svg>'
    size = 'width="84" height="17" viewBox="0 0 120 24"'
    return f'<svg class="stars" {size} aria-hidden="true">{row}{lit}</svg>'
