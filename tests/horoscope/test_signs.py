"""The signs and their days."""

from collections import Counter
from datetime import date, timedelta

from kirosample.horoscope import SIGNS, Sign


def _has_birthday(sign: Sign, day: tuple[int, int]) -> bool:
    if sign.starts <= sign.ends:
        return sign.starts <= day <= sign.ends
    return day >= sign.starts or day <= sign.ends


def test_every_birthday_belongs_to_exactly_one_sign() -> None:
    first = date(2024, 1, 1)
    birthdays = [first + timedelta(days=number) for number in range(366)]
    owners = Counter(
        sum(_has_birthday(sign, (day.month, day.day)) for sign in SIGNS) for day in birthdays
    )
    assert owners == {1: 366}
