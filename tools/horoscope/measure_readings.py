"""Write docs/content/readings.md and .svg, or print readings at random to be read by people.

Run from the repository's folder: python -m tools.horoscope.measure_readings [--sample 200 --seed 1]
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from kirosample.horoscope import readings
from tools.horoscope.figures import Figures, count, days
from tools.horoscope.measure_scores import picture, section

YEARS = (2024, 2032)
DOCS = Path(__file__).parents[2] / "docs" / "content"
WORST = "## The ten worst of 200"
"""The section after this heading is written by hand, and stays."""


def document(figures: Figures, worst: str) -> str:
    rows = "\n".join(f"| {what} | {value} |" for what, value in _text_rows(figures))
    return f"""# Measurements of the readings

All readings of {YEARS[0]} to {YEARS[1]}. How they follow from their date:
[decision 18](../decisions/0018-readings-and-ranks.md).

## The texts

A sentence ends at a full stop, and is counted without 「ただ、」 and 「それでも、」. Texts
that differ in dates, sign names, numbers and degrees alone count as the same.

| | |
|---|---|
{rows}

## The scores

{section(figures.scores, *YEARS)}
{WORST}

{worst}

Written by `python -m tools.horoscope.measure_readings`, except for the last section.
`--sample 200 --seed 1` prints readings at random, in both languages.
"""


def _text_rows(figures: Figures) -> Iterator[tuple[str, str]]:
    total, said = figures.readings, figures.sentences.total()

    def share(number: int, of: int = total) -> str:
        return f"{number / of:.1%}"

    yield "readings", f"{total:,}"
    yield "different texts", f"{figures.distinct:,}"
    yield "a text returns, for any sign, after at least", f"{figures.soonest_same_text} days"
    yield "a sentence returns, for a sign, after at least", f"{figures.soonest_return} days"
    yield (
        "a headline of the first or last three places returns, for any sign, after at least",
        f"{figures.soonest_same_headline} days",
    )
    yield "days on which a sentence is read twice", str(figures.days_with_a_sentence_twice)
    yield "different headlines of a day, at least", str(figures.headlines_of_a_day)
    yield "readings of a day that one fact explains, at most", str(figures.readings_of_a_fact)
    yield "office words on days off", str(figures.office_on_days_off)
    yield (
        "different sentences, in both languages; the most used one",
        f"{len(figures.sentences):,}; in {max(figures.sentences.values()) / total:.2%} of readings",
    )
    yield "readings that end on the season or a day's own custom", share(figures.endings["season"])
    yield "readings that end on the new or the full Moon", share(figures.endings["Moon"])
    yield "sentences with a condition", share(figures.conditional["ja"], said // 2)
    yield "the same in English", share(figures.conditional["en"], said // 2)
    yield (
        "readings with a word of two kanji or of katakana in two sentences",
        share(figures.repeating),
    )
    yield "readings with 一つ", share(figures.hitotsu)
    yield "readings with 「ただ、」", share(figures.cautions)
    yield "readings with 「それでも、」", share(figures.comforts)
    for language, name in (("ja", "characters in Japanese"), ("en", "characters in English")):
        lengths = sorted(figures.lengths[language])
        median = lengths[len(lengths) // 2]
        yield name, f"{lengths[0]} to {lengths[-1]}, half of them at most {median}"


def kept(text: str) -> str:
    """The section that people write, of the document as it is."""
    _, _, rest = text.partition(f"{WORST}\n")
    return rest.rpartition("Written by ")[0].strip() or "Not read yet."


def sample(number: int, seed: int) -> Iterator[str]:
    """Readings at random, each once, with what a reader of the page sees beside them."""
    every = [(day, rank) for day in days(*YEARS) for rank in range(12)]
    for place, (day, rank) in enumerate(random.Random(seed).sample(every, number), start=1):
        one = readings(day)[rank]
        yield (
            f"{place}. {day} {one.sign}, rank {one.rank}, {'★' * one.overall}\n"
            f"   {one.headline.ja}\n   {one.text.ja}\n"
            f"   {one.headline.en}\n   {one.text.en}\n"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sample", type=int, metavar="N", help="print N readings at random")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (1)")
    arguments = parser.parse_args()
    if arguments.sample:
        print("\n".join(sample(arguments.sample, arguments.seed)))
        return
    figures = count(days(*YEARS))
    file = DOCS / "readings.md"
    worst = kept(file.read_text(encoding="utf-8"))
    file.write_text(document(figures, worst), encoding="utf-8")
    (DOCS / "readings.svg").write_text(picture(figures.scores), encoding="utf-8")


if __name__ == "__main__":
    main()
