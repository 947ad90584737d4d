"""Print readings at random, in both languages, to be read by people.

Run from the repository's folder: python -m tools.horoscope.sample [--number 200 --seed 1]
"""

import argparse
import random
from datetime import date, timedelta

from kirosample.horoscope import readings

FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--number", type=int, default=200, help="of readings (200)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    arguments = parser.parse_args()
    days = (FIRST + timedelta(number) for number in range((LAST - FIRST).days + 1))
    every = [(day, rank) for day in days for rank in range(12)]
    chosen = random.Random(arguments.seed).sample(every, arguments.number)
    for place, (day, rank) in enumerate(chosen, start=1):
        one = readings(day)[rank]
        print(f"{place}. {day} {one.sign}, rank {one.rank}, {'★' * one.overall}")
        for text in (one.headline.ja, one.text.ja, one.headline.en, one.text.en, ""):
            print(f"   {text}")


if __name__ == "__main__":
    main()
