"""The table of deals: as the dealer deals, and refused when of other lines."""

from datetime import date, timedelta

import pytest

from kirosample.content import ContentError
from kirosample.horoscope import SIGNS, deals
from kirosample.horoscope.deals import (
    FIRST_DEALT,
    INFLUENCES,
    LAST_DEALT,
    Deal,
    deal,
    load_deals,
    packed,
)
from tools.horoscope.dealing import MEMORY_DAYS, Dealer


@pytest.mark.parametrize("day", [date(2027, 7, 7), LAST_DEALT], ids=str)
def test_the_table_says_what_the_dealer_deals(day: date) -> None:
    """A day follows from the days that are remembered before it."""
    dealer = Dealer()
    for number in range(MEMORY_DAYS, 0, -1):
        before = day - timedelta(days=number)
        dealer.remember(before, [deal(before, sign.id) for sign in SIGNS])
    expected = [deal(day, sign.id) for sign in SIGNS]
    assert dealer.day(day) == expected, "after a change of the lines' ideas, run write_tables"


def test_the_first_day_is_dealt_without_memory() -> None:
    assert Dealer().day(FIRST_DEALT) == [deal(FIRST_DEALT, sign.id) for sign in SIGNS]


def test_every_deal_fits_its_three_bytes() -> None:
    for places in (Deal(0, 0, 0, 0, 0), Deal(INFLUENCES - 1, 2, 15, 14, 17)):
        assert len(packed(iter([places]))) == 4 + 3
    assert packed(iter(deal(FIRST_DEALT, sign.id) for sign in SIGNS))[4:] == load_deals()[:36]


def test_a_table_of_other_lines_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deals, "_make", lambda: 1)
    with pytest.raises(ContentError, match=r"^horoscope/deals\.bin .*checksum.*write_tables$"):
        load_deals.__wrapped__()
