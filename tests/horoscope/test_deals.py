"""The table of deals: as the dealer deals, and refused when damaged or of other lines."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from kirosample import horoscope
from kirosample.commands.content import InvalidContent, load_content
from kirosample.horoscope import SIGNS, TableError, deals
from kirosample.horoscope.deals import (
    FILE,
    FIRST_DEALT,
    INFLUENCES,
    LAST_DEALT,
    Deal,
    deal,
    load_deals,
    packed,
)
from tools.horoscope.dealing import MEMORY_DAYS, Dealer

TABLE = Path(horoscope.__file__).parent / FILE


@pytest.mark.parametrize("day", [date(2027, 7, 7), LAST_DEALT], ids=str)
def test_the_table_says_what_the_dealer_deals(day: date) -> None:
    """A day follows from the days that are remembered before it."""
    dealer = Dealer()
    for number in range(MEMORY_DAYS, 0, -1):
        before = day - timedelta(days=number)
        dealer.remember(before, [deal(before, sign.id) for sign in SIGNS])
    expected = [deal(day, sign.id) for sign in SIGNS]
    assert dealer.day(day) == expected, "after a change of the lines' ideas, run write_deals"


def test_the_first_day_is_dealt_without_memory() -> None:
    assert Dealer().day(FIRST_DEALT) == [deal(FIRST_DEALT, sign.id) for sign in SIGNS]


def test_every_deal_fits_its_three_bytes() -> None:
    for one in (Deal(0, 0, 0, 0, 0), Deal(INFLUENCES - 1, 2, 15, 14, 17)):
        assert len(packed(iter([one]))) == 4 + 3
    assert packed(iter(deal(FIRST_DEALT, sign.id) for sign in SIGNS))[4:] == load_deals()[:36]


def test_a_damaged_table_or_one_of_other_lines_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = TABLE.read_bytes()
    monkeypatch.setattr(deals, "load_deals", load_deals.__wrapped__)
    monkeypatch.setattr(horoscope, "load_deals", load_deals.__wrapped__)
    for wrong, words in ((whole[:-1], "bytes, not"), (whole[:-1] + b"\1", "checksum")):
        monkeypatch.setattr(deals, "content", lambda _, wrong=wrong: wrong)
        with pytest.raises(InvalidContent, match=rf"^horoscope/deals\.bin .*{words}.*write_deals$"):
            load_content()
    monkeypatch.setattr(deals, "content", lambda _: whole)
    monkeypatch.setattr(deals, "_make", lambda: 1)
    with pytest.raises(TableError, match="does not match its checksum"):
        load_deals.__wrapped__()
