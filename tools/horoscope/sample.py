"""Print readings at random, of signs or of two, in both languages, to be read by people.

Run from the repository's folder: python -m tools.horoscope.sample [--number 60 --seed 2027 --pairs]
"""

import argparse
import random
from datetime import date, timedelta

from kirosample.horoscope import PAIRS, SIGNS, pair, reading

FIRST, LAST = date(2026, 12, 1), date(2028, 12, 31)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--number", type=int, default=60, help="of readings (60)")
    parser.add_argument("--seed", type=int, default=2027, help="which ones (2027)")
    parser.add_argument("--pairs", action="store_true", help="of two signs instead of one")
    arguments = parser.parse_args()
    days = [FIRST + timedelta(number) for number in range((LAST - FIRST).days + 1)]
    if arguments.pairs:
        both = [(day, *signs) for day in days for signs in PAIRS]
        for place, asked in enumerate(random.Random(arguments.seed).sample(both, arguments.number)):
            two = pair(*asked)
            print(f"{place + 1}. {two.date} {' and '.join(two.signs)}, {'★' * two.stars}")
            for told in (two.headline, two.text, two.deed):
                print(f"   {told.ja}\n   {told.en}")
        return
    every = [(day, sign.id) for day in days for sign in SIGNS]
    chosen = random.Random(arguments.seed).sample(every, arguments.number)
    for place, (day, sign) in enumerate(chosen, start=1):
        one = reading(day, sign)
        print(f"{place}. {day} {one.sign}, rank {one.rank}, {'★' * one.overall}")
        for text in (one.headline.ja, one.text.ja, one.headline.en, one.text.en, ""):
            print(f"   {text}")


if __name__ == "__main__":
    main()
