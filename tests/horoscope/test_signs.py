"""The signs and the houses counted from them."""

from collections import Counter
from datetime import date, timedelta

from kirosample.horoscope import SIGNS, Sign
from kirosample.horoscope.signs import house


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


def test_a_sign_is_its_own_first_house_and_its_opposite_the_seventh() -> None:
    assert house("leo", seen_from="leo") == 1
    assert house("aquarius", seen_from="leo") == 7
    assert house("cancer", seen_from="leo") == 12
