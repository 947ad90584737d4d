"""What the share pictures show, in the language of the shared page."""

from calendar import SUNDAY
from datetime import date

from kirosample import almanac, horoscope, quotes
from kirosample.omikuji import FORTUNES, Lot
from kirosample.quotes import Quote, lines
from kirosample.web import colors, wishes
from kirosample.web.drawing.cards import DateCard, QuoteCard, RankingCard, SignCard
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.day_words import joined, named
from kirosample.web.i18n.formats import named_scores
from kirosample.web.i18n.languages import JAPANESE, Messages
from kirosample.web.svg import icons, pictures
from kirosample.web.templating.filters import season
from kirosample.web.typesetting.columns import columns

_SENJITSU = 2  # that a day's picture names


def quote_card(quote: Quote, messages: Messages) -> QuoteCard:
    """A quote."""
    author, source = messages.text(quote.author.name), messages.text(quote.source)
    if messages.language == JAPANESE:
        return QuoteCard(columns(quote.ruby or quote.text.ja), author, source)
    return QuoteCard(lines(quote.text.en), author, source, western=True)


def lot_card(lot: Lot, messages: Messages) -> QuoteCard:
    """A lot of the おみくじ: its waka, its number and its fortune."""
    card = quote_card(lot.waka, messages)
    about = f"{card.author}{messages.say('、')}{card.about}"
    title = f"{messages.say('おみくじ')} {messages.text(lot.name)}"
    fortune = messages.text(FORTUNES[lot.fortune])
    return card._replace(author=title, about=about, heading=fortune)


def pair_card(one: str, other: str, day: date, messages: Messages) -> QuoteCard:
    """Two signs' day: its headline, and what to do together."""
    text = messages.text
    pair = horoscope.pair(day, one, other)
    names = [text(horoscope.SIGNS_BY_ID[sign].name) for sign in dict.fromkeys((one, other))]
    both = messages.say("{one}と{other}", one=names[0], other=names[-1])
    if one == other:
        both = messages.say("{sign}どうし", sign=names[0])
    long_date = FORMATS[messages.language].long_date(day)
    return QuoteCard(
        columns(pair.headline.ja) if messages.language == JAPANESE else [pair.headline.en],
        both,
        messages.say("{date}に二人ですること：{deed}", date=long_date, deed=text(pair.deed)),
        western=messages.language != JAPANESE,
    )


def purpose_card(purpose: almanac.Purpose, today: date, messages: Messages) -> QuoteCard:
    """What to do on a lucky day, the days that custom asks for, and the first of the best."""
    title = messages.say("{purpose}に良い日", purpose=messages.text(purpose.name))
    if purpose.id == almanac.FREE:
        title = messages.say("吉日カレンダー")
    about = messages.say("これから十二か月の吉日")
    western = messages.language != JAPANESE
    names = [joined(purpose.asks, messages)] if western else named(purpose.asks, messages)
    best = wishes.best(wishes.shown_first(purpose, today).days())
    heading = FORMATS[messages.language].short_date(best[0].date) if best else ""
    return QuoteCard(names, title, about, western=western, heading=heading)


def lucky_card(purpose: almanac.Purpose, day: date, messages: Messages) -> DateCard:
    """A day for a purpose: what falls together on it, and what speaks against it."""
    lucky = almanac.lucky_day(purpose, day)
    card = _day_card(day, messages)
    say = messages.say
    rokuyo, _, term, *_ = card.facts
    facts = [] if purpose.id == almanac.FREE else [(say("目的"), messages.text(purpose.name))]
    if lucky.against:
        facts.append((say("注意"), joined(lucky.against, messages)))
    elif almanac.summary(day).rokuyo not in lucky.reasons:
        facts.append(rokuyo)
    facts.append(term)
    return card._replace(headline=named(lucky.reasons, messages), facts=facts)


def sign_card(sign_id: str, day: date, messages: Messages) -> SignCard:
    """A sign's day with its reading."""
    reading = horoscope.reading(day, sign_id)
    formats = FORMATS[messages.language]
    lucky = reading.lucky
    return SignCard(
        name=messages.text(reading.name),
        date=formats.long_date(day),
        accent=colors.accents("light")[season(day)],
        icon=icons.path(sign_id),
        rank=reading.rank,
        ordinal=formats.ordinal(reading.rank),
        scores=named_scores(reading, messages),
        headline=messages.text(reading.headline),
        reading=messages.text(reading.text),
        lucky=[
            (messages.say("ラッキーカラー"), messages.text(lucky.color), lucky.color_hex),
            (messages.say("アイテム"), messages.text(lucky.item), ""),
        ],
        western=messages.language != JAPANESE,
    )


def ranking_card(day: date, messages: Messages) -> RankingCard:
    """The signs of a day by rank, with their headlines."""
    formats = FORMATS[messages.language]
    readings = horoscope.readings(day)
    return RankingCard(
        title=messages.say("星占い"),
        date=formats.long_date(day),
        accent=colors.accents("light")[season(day)],
        ordinals=[formats.ordinal(reading.rank) for reading in readings],
        signs=[
            (icons.path(reading.sign), messages.text(reading.name), messages.text(reading.headline))
            for reading in readings
        ],
        western=messages.language != JAPANESE,
    )


def birthday_card(day: date, messages: Messages) -> DateCard:
    """A birthday, without its year: as it is on its next day."""
    say = messages.say
    text = messages.text
    card = _day_card(day, messages)
    _, _, term, _, kou = card.facts
    signs = horoscope.signs_of(day.month, day.day)
    authors = [each for each in quotes.anniversaries(quotes.load(), day) if each.is_birth]
    names = say("・").join(text(each.author.name) for each in authors)
    return card._replace(
        year=say("誕生日"),
        weekday=say("生まれ"),
        occasions=say("{names}と同じ日", names=names) if names else "",
        is_off=False,
        facts=[
            (say("星座"), say("・").join(text(sign.name) for sign in signs)),
            term,
            kou,
            (say("次の誕生日"), FORMATS[messages.language].long_date(day)),
        ],
        sign=icons.path(signs[0].id),
    )


def date_card(day: date, messages: Messages) -> DateCard:
    """A day of the calendar. What falls together on it is the headline."""
    card = _day_card(day, messages)
    special = almanac.special_day(day)
    if special and special.lucky:
        rokuyo, _, term, _, kou = card.facts
        return card._replace(headline=named(special.lucky, messages), facts=[rokuyo, term, kou])
    if festival := almanac.festival(almanac.day(day)):
        name = messages.text(festival.name)  # which stands in place of the 六曜
        return card._replace(occasions="", headline=[name], facts=card.facts[1:])
    words = almanac.senjitsu_words(almanac.summary(day).senjitsu)
    if words:
        names = messages.say("・").join(messages.text(word.name) for word in words[:_SENJITSU])
        card.facts.append((messages.say("選日"), names))
    return card


def _day_card(day: date, messages: Messages) -> DateCard:
    """A day as Tokyo has it: its 六曜, old date, 節気, Moon and 候."""
    say, word, text = messages.say, messages.word, messages.text
    formats = FORMATS[messages.language]
    shown = almanac.day(day)
    is_japanese = messages.language == JAPANESE
    facts = [
        (say("六曜"), word("rokuyo", shown.rokuyo)),
        (say("旧暦"), formats.lunar_date(shown.lunar)),
        (say("二十四節気"), word("solar term", shown.solar_term.name)),
        (
            say("・").join((say("月"), say("月齢 {age}", age=shown.moon.age))),
            word("moon phase", shown.moon.phase),
        ),
        (say("・").join((say("七十二候"), text(shown.kou.reading))), text(shown.kou.name)),
    ]
    return DateCard(
        year=say("{year}年 {era}", year=day.year, era=formats.era_year(shown.era)),
        month=str(day.month) if is_japanese else formats.month(day),
        day=str(day.day),
        units=("月", "日") if is_japanese else ("", ""),
        weekday=formats.weekday(day),
        occasions=say("・").join(
            (
                *([word("holiday", shown.holiday)] if shown.holiday else []),
                *(word("zassetsu", name) for name in shown.zassetsu),
                *(text(almanac.load_words().observances[name].name) for name in shown.observances),
            )
        ),
        is_off=shown.holiday is not None or day.weekday() == SUNDAY,
        accent=colors.accents("light")[season(day)],
        moon=pictures.lit(horoscope.phase(day)),
        seas=pictures.SEAS,
        season=pictures.load_seasons()[shown.solar_term.name],
        facts=facts,
        western=not is_japanese,
    )
