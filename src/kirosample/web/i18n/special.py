"""What a special day is called, in one line: in titles, descriptions, calendars and messages."""

from kirosample import almanac
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.day_words import joined
from kirosample.web.i18n.messages import Messages


def special_sum(day: almanac.SpecialDay, messages: Messages, without: str = "") -> str:
    """What falls on a special day, or beside a name: 元日, or 天赦日＋一粒万倍日＋甲子の日."""
    occasions = [occasion(*each, messages) for each in day.occasions if each[1] != without]
    words = almanac.load_words().senjitsu
    lucky = [messages.text(words[name].name) for name in day.lucky if name != without]
    return messages.say("＋").join((*occasions, *lucky))


def special_meanings(day: almanac.SpecialDay, messages: Messages) -> list[tuple[str, str]]:
    """Each of its names with what it means."""
    occasions = [
        (occasion(*each, messages), messages.text(almanac.about_occasion(*each)))
        for each in day.occasions
    ]
    words = [almanac.load_words().senjitsu[name] for name in day.lucky]
    lucky = [(messages.text(word.name), messages.text(word.meaning)) for word in words]
    return occasions + lucky


def caution(day: almanac.SpecialDay, messages: Messages) -> str:
    """What is held against the lucky days that fall together, or nothing."""
    if not day.against:
        return ""
    against = joined(day.against, messages)
    if almanac.PARDON in day.lucky:
        return messages.say("{against}でもあるが、天赦日は妨げられないという", against=against)
    return messages.say("注意：{against}", against=against)


def occasion(kind: str, name: str, messages: Messages) -> str:
    """The name of a 祝日, 節気, 雑節 or observance in the language of the messages."""
    word = almanac.load_words().observances.get(name) if kind == "observance" else None
    return messages.text(word.name) if word else messages.word(kind, name)


def sent_day(day: almanac.Day, messages: Messages) -> str:
    """A day as a message says it: 12/16(水) 天赦日＋一粒万倍日, or 11/24(火) 先負・小雪."""
    special = almanac.special_day(day.date)
    names = [messages.word("rokuyo", day.rokuyo)]
    names.append(messages.word("solar term", day.solar_term.name))
    if day.holiday:
        names.insert(0, messages.word("holiday", day.holiday))
    said = special_sum(special, messages) if special else messages.say("・").join(names)
    return messages.say(
        "{date} {sum}", date=FORMATS[messages.language].sent_date(day.date), sum=said
    )
