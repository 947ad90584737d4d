"""`kirosample schedule`: the quote of each day to come, and what else is of that day alone."""

from datetime import timedelta

from ishizue.clock import system_clock
from ishizue.failure import Failure
from kirosample import PRODUCT, almanac, notice, quotes
from kirosample.commands.content import load_content

_FAR = 800
"""Days after which every quote that takes turns has come."""


def schedule(days: int, quote_id: str | None) -> int:
    """Print so many days, or the next one that has this quote. Raises Failure without any."""
    load_content()
    today = almanac.date_in_japan(system_clock())
    catalogue = quotes.load()
    days = min(_FAR if quote_id else days, (almanac.LAST_DAY - today).days + 1)
    coming = [(today + timedelta(n), catalogue.of_day(today + timedelta(n))) for n in range(days)]
    shown = [each for each in coming if quote_id in (None, each[1].id)]
    if not shown:
        raise Failure(
            PRODUCT.said(f"{quote_id} has no day to come", f"{quote_id} の出る日はありません")
        )
    for day, quote in shown[:1] if quote_id else shown:
        weekday = almanac.WEEKDAYS[day.weekday()]
        print(f"{day} ({weekday})  {quote.id}  {quote.author.name.ja}「{quote.text.ja}」")
        special = almanac.special_day(day)
        given = notice.load()
        text = given.on(day) if given else None
        for kind, names in (
            ("祝日 holiday", [almanac.holidays(day.year).get(day)]),
            ("この日は special day", [name for _, name in special.occasions] if special else []),
            ("選日 lucky", special.lucky if special else []),
            ("お知らせ notice", [text and text.ja]),
        ):
            if said := "、".join(filter(None, names)):
                print(f"    {kind}: {said}")
    return 0
