"""`kirosample today`: print today in the Japanese calendar."""

from ishizue.clock import system_clock
from kirosample import almanac, horoscope, quotes
from kirosample.commands.content import load_content


def today() -> int:
    """Raises ContentError."""
    load_content()
    date = almanac.date_in_japan(system_clock())
    day, quote = almanac.day(date), quotes.load().of_day(date)
    leap = "閏" if day.lunar.leap else ""
    print(f"{date.isoformat()} {day.weekday}  {day.era.name}{day.era.year}年  {day.rokuyo}")
    old = f"旧暦{leap}{day.lunar.month}月{day.lunar.day}日"
    print(f"{old}  {day.solar_term.name}  {day.kou.name.ja}")
    if customs := (*day.zassetsu, *day.observances, *day.senjitsu):
        print("  ".join(customs))
    for reading in horoscope.readings(date)[:3]:
        print(f"{reading.rank}位 {reading.name.ja} {reading.headline.ja}")
    print(f"「{quote.text.ja}」 {quote.author.name.ja}（{quote.source.ja}）")
    return 0
