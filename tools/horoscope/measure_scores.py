"""The part on scores of docs/content/readings.md, and its picture."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope import SIGNS
from tools.horoscope.fairness import (
    FIRST_THREE,
    LAST,
    LAST_THREE,
    days_first,
    mean_ranks,
    ranks_by_house,
    share,
    windows,
)

FEWEST_FIRST, MOST_FIRST = 15, 50
"""The bounds that 2024 to 2032 keep: a sign's first places of any 365 days."""

_EVERY = FIRST_DAY.year, LAST_DAY.year
_COLORS = {"overall": "#7a5ca8", "love": "#c2557a", "work": "#3f7fb5", "money": "#b8862b"}
_NAMES = {"overall": "総合", "love": "恋愛", "work": "仕事", "money": "金運"}

Scores = Mapping[str, Counter[int]]
"""By overall or area, how many readings have a score."""


def section(scores: Scores, first: int, last: int) -> str:
    """Of the years `first` to `last`, and of the whole almanac."""
    shares = "\n".join(
        f"| {name} | {' | '.join(f'{part:.1%}' for part in _shares(scores[field]))} |"
        for field, name in _NAMES.items()
    )
    means = mean_ranks(*_EVERY).values()
    return f"""![Shares of the scores, and each sign's days in the first place](readings.svg)

| | 1 | 2 | 3 | 4 | 5 |
|---|---|---|---|---|---|
{shares}

Days of the sign that has fewest of them and of the one that has most, over all windows:

{_windows_table(first, last)}
{_outside()}
A sign's mean rank is between {min(means):.2f} and {max(means):.2f} in every year of them.

Each subject is read in every tone. A subject's rank, when a reading has it ({first} to {last}):

{_houses_table(first, last)}"""


def _windows_table(first: int, last: int) -> str:
    years = (first, last), _EVERY
    counted = [
        windows(date(begins, 1, 1), date(ends, 12, 31), length)
        for begins, ends in years
        for length in (365, 90)
    ]
    heads = [f"any {days} days of {a}-{b}" for a, b in years for days in (365, 90)]
    rows = [f"| | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for place, name in enumerate(("first", "in the first three", "last")):
        cells = [f"{min(found[place])} to {max(found[place])}" for found in counted]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _outside() -> str:
    year, quarter = (windows(FIRST_DAY, LAST_DAY, length).first for length in (365, 90))
    outside = 1 - share(year, FEWEST_FIRST, MOST_FIRST)
    return (
        f"Of all windows from {_EVERY[0]} to {_EVERY[1]}, {outside:.2%} of those of 365 days have "
        f"fewer than {FEWEST_FIRST}\nor more than {MOST_FIRST} first places, and "
        f"{share(quarter, 0, 0):.2%} of those of 90 days have none."
    )


def _houses_table(first: int, last: int) -> str:
    rows = [
        "| the Moon's house | first | first three | last three | last |",
        "|---|---|---|---|---|",
    ]
    rows += [
        f"| {house} | {share(of_house, 1, 1):.0%} | {share(of_house, 1, FIRST_THREE):.0%} "
        f"| {share(of_house, LAST_THREE, LAST):.0%} | {share(of_house, LAST, LAST):.0%} |"
        for house, of_house in ranks_by_house(first, last).items()
    ]
    return "\n".join(rows) + "\n"


def _shares(counted: Counter[int]) -> list[float]:
    """The shares of the scores 1 to 5."""
    return [share(counted, score, score) for score in range(1, 6)]


def picture(scores: Scores) -> str:
    """Bars of the scores' shares, and for each sign its first places by year as dots."""
    parts = []
    for group, (field, name) in enumerate(_NAMES.items()):
        left = 40 + group * 170
        parts.append(f'<text x="{left + 62}" y="24" text-anchor="middle">{name}</text>')
        for score, part in enumerate(_shares(scores[field]), 1):
            x, height = left + (score - 1) * 26, part * 300
            parts.append(
                f'<rect x="{x}" y="{160 - height:.1f}" width="20" height="{height:.1f}" '
                f'fill="{_COLORS[field]}"/>'
                f'<text x="{x + 10}" y="{155 - height:.1f}" text-anchor="middle" '
                f'font-size="10">{part:.0%}</text>'
                f'<text x="{x + 10}" y="176" text-anchor="middle">{score}</text>'
            )
    for days in (0, FEWEST_FIRST, 30, MOST_FIRST):
        y = 420 - days * 4
        dash = "" if days in (FEWEST_FIRST, MOST_FIRST) else ' stroke-dasharray="2 4"'
        parts.append(
            f'<line x1="40" x2="710" y1="{y}" y2="{y}" stroke="#999"{dash}/>'
            f'<text x="30" y="{y + 4}" text-anchor="end">{days}</text>'
        )
    by_year = days_first(*_EVERY)
    for place, sign in enumerate(SIGNS):
        x = 70 + place * 55
        parts.append(
            f'<text x="{x}" y="448" text-anchor="middle" font-size="11">{sign.name.ja}</text>'
        )
        parts += [
            f'<circle cx="{x}" cy="{420 - days * 4}" r="3" fill="#7a5ca8" fill-opacity="0.1"/>'
            for (of, _), days in by_year.items()
            if of == sign.id
        ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 730 460" role="img" '
        'font-family="sans-serif" font-size="12">'
        "<title>Shares of the scores 1 to 5, and each sign's days in the first place in every year "
        f"from {_EVERY[0]} to {_EVERY[1]}</title>"
        '<rect width="730" height="460" fill="#fff"/>' + "\n".join(parts) + "</svg>\n"
    )
