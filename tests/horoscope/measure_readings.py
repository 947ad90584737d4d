"""Write docs/content/readings.md and .svg, or with --seeds print seeds for all years.

Run from the repository's folder: python -m tests.horoscope.measure_readings
"""

import sys
from pathlib import Path

from tests.horoscope.figures import YearOfReadings, bare, count_year, days, mean_ranks

from kirosample.horoscope import FIRST_DAY, LAST_DAY, SIGNS, readings, seeds
from kirosample.horoscope.composing import compositions

YEARS = range(2024, 2029)
RANK_YEARS = (2020, 2040)
DOCS = Path(__file__).parents[2] / "docs" / "content"
_CANDIDATES = "0123456789abcdefghijklmnopqrstuvwxyz"
_COLORS = {"overall": "#7a5ca8", "love": "#c2557a", "work": "#3f7fb5", "money": "#b8862b"}
_NAMES = {"overall": "総合", "love": "恋愛", "work": "仕事", "money": "金運"}


def find_seeds() -> str:
    """For each year the first seed with which no reading repeats another's text."""
    found = ""
    for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
        for candidate in _CANDIDATES:
            seeds.SEEDS = found + candidate + "0"
            compositions.cache_clear()
            readings.cache_clear()
            texts = [bare(one.text) for day in days(year, year) for one in readings(day)]
            if len(set(texts)) == len(texts):
                break
        else:
            raise SystemExit(f"no seed for {year}")
        found += candidate
    return found


def document(years: dict[int, YearOfReadings], ranks: dict[tuple[str, int], float]) -> str:
    """The figures in words and tables."""
    rows = "\n".join(
        f"| {year} | {counted.readings:,} | {counted.distinct:,} | {len(counted.sentences)} "
        f"| {max(counted.sentences.values()) / counted.readings:.2%} "
        f"| {counted.soonest_return} "
        f"| {counted.lengths[0]}-{counted.lengths[-1]} (median "
        f"{counted.lengths[len(counted.lengths) // 2]}) |"
        for year, counted in years.items()
    )
    by_sign = "\n".join(
        f"| {sign.name} | {min(of_sign):.2f} | {sum(of_sign) / len(of_sign):.2f} "
        f"| {max(of_sign):.2f} |"
        for sign in SIGNS
        if (of_sign := [mean for (of, _), mean in ranks.items() if of == sign.id])
    )
    total = sum(counted.readings for counted in years.values())
    shares = "\n".join(
        f"| {name} | "
        + " | ".join(
            f"{sum(counted.scores[field][score] for counted in years.values()) / total:.1%}"
            for score in range(1, 6)
        )
        + " |"
        for field, name in _NAMES.items()
    )
    return f"""# The readings, measured

![Shares of the scores and mean rank by sign](readings.svg)

A sentence is the text up to 。; "distinct" is counted after dates, sign names, numbers and degrees
were taken out; "soonest return" is the fewest days after which one sign got a sentence again.

| year | readings | distinct | sentences | most used | soonest return, days | characters |
|---|---|---|---|---|---|---|
{rows}

Shares of the scores, {min(years)}-{max(years)}:

| | 1 | 2 | 3 | 4 | 5 |
|---|---|---|---|---|---|
{shares}

Mean rank of each sign in a year, {RANK_YEARS[0]}-{RANK_YEARS[1]}, every day counted: the lowest
year, the mean of the years, the highest year. Slow planets favour nobody for years because a
body's weight falls with the time it stays in a house, every column of a house table sums to zero
over the twelve houses, and Uranus, Neptune and Pluto speak only through aspects to faster bodies.

| sign | lowest | mean | highest |
|---|---|---|---|
{by_sign}

These figures and the picture are made by `python -m tests.horoscope.measure_readings`.
"""


def picture(years: dict[int, YearOfReadings], ranks: dict[tuple[str, int], float]) -> str:
    """Bars of the scores' shares, and for each sign its yearly mean ranks as dots."""
    total = sum(counted.readings for counted in years.values())
    parts = []
    for group, (field, name) in enumerate(_NAMES.items()):
        left = 40 + group * 170
        parts.append(f'<text x="{left + 62}" y="24" text-anchor="middle">{name}</text>')
        for score in range(1, 6):
            share = sum(counted.scores[field][score] for counted in years.values()) / total
            x, height = left + (score - 1) * 26, share * 300
            parts.append(
                f'<rect x="{x}" y="{160 - height:.1f}" width="20" height="{height:.1f}" '
                f'fill="{_COLORS[field]}"/>'
                f'<text x="{x + 10}" y="{155 - height:.1f}" text-anchor="middle" '
                f'font-size="10">{share:.0%}</text>'
                f'<text x="{x + 10}" y="176" text-anchor="middle">{score}</text>'
            )
    for rank in range(4, 10):
        y = 220 + (rank - 4) * 40
        dash = "" if rank in (5, 8) else ' stroke-dasharray="2 4"'
        parts.append(
            f'<line x1="40" x2="710" y1="{y}" y2="{y}" stroke="#999"{dash}/>'
            f'<text x="30" y="{y + 4}" text-anchor="end">{rank}</text>'
        )
    for place, sign in enumerate(SIGNS):
        x = 70 + place * 55
        parts.append(
            f'<text x="{x}" y="448" text-anchor="middle" font-size="11">{sign.name}</text>'
        )
        parts += [
            f'<circle cx="{x}" cy="{220 + (mean - 4) * 40:.1f}" r="3" fill="#7a5ca8" '
            f'fill-opacity="0.5"/>'
            for (of, _), mean in ranks.items()
            if of == sign.id
        ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 730 460" role="img" '
        'font-family="sans-serif" font-size="12">'
        "<title>Shares of the scores 1 to 5, and each sign's mean rank in every year from "
        f"{RANK_YEARS[0]} to {RANK_YEARS[1]}</title>"
        '<rect width="730" height="460" fill="#fff"/>' + "\n".join(parts) + "</svg>\n"
    )


def main() -> None:
    """Write both files."""
    if sys.argv[1:] == ["--seeds"]:
        print(find_seeds())
        return
    years = {year: count_year(year) for year in YEARS}
    ranks = mean_ranks(*RANK_YEARS)
    (DOCS / "readings.md").write_text(document(years, ranks), encoding="utf-8")
    (DOCS / "readings.svg").write_text(picture(years, ranks), encoding="utf-8")


if __name__ == "__main__":
    main()
