"""What is said of a day, in one line or a sentence. The sentences are messages.

Which lucky days fall on it and what speaks against it; what a special day is called; what to look
up for in the sky; why almanacs give two dates for a 社日.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from kirosample import almanac
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.languages import ENGLISH, Messages


def named(names: Iterable[str], messages: Messages) -> list[str]:
    """The names of 六曜, 選日 and 暦注 in the language of the messages."""
    return [_name(name, messages) for name in names]


def joined(names: Iterable[str], messages: Messages) -> str:
    """天赦日・一粒万倍日"""
    return messages.say("・").join(named(names, messages))


def summed(names: Iterable[str], messages: Messages) -> str:
    """天赦日＋一粒万倍日"""
    return messages.say("＋").join(named(names, messages))


def together(day: almanac.LuckyDay, messages: Messages) -> str:
    """What is good about a day: 天赦日・一粒万倍日が重なる日, or 大安."""
    names = joined(day.reasons, messages)
    if len(day.reasons) == 1:
        return names
    if messages.language == ENGLISH:  # Heaven’s Pardon and a Day of the Tiger
        called = named(day.reasons, messages)
        *others, last = (f"a {name}" if "Day" in name else name for name in called)
        names = f"{', '.join(others)} and {last}".removeprefix("a ")
    return messages.say("{names}が重なる日", names=names)


def reason(day: almanac.LuckyDay, purpose: almanac.Purpose, messages: Messages) -> str:
    """Why a day is good for a purpose, or that it is not, in a sentence."""
    names = joined(day.reasons, messages)
    if purpose.id == almanac.FREE:
        if not names:
            return messages.say("よく知られた吉日にはあたりません。")
        return messages.say("{why}です。", why=together(day, messages))
    what = messages.text(purpose.name)
    if not names:
        return messages.say("{purpose}に良いとされる日にはあたりません。", purpose=what)
    if len(day.reasons) == 1:
        return messages.say("{names}で、{purpose}に良いとされる日です。", names=names, purpose=what)
    return messages.say(
        "{names}が重なる、{purpose}に良いとされる日です。", names=names, purpose=what
    )


def against_it(day: almanac.LuckyDay, messages: Messages) -> str:
    """What speaks against a day, in a sentence."""
    names = joined(day.against, messages)
    if not names:
        return messages.say("避けたい日には当たりません。")
    if not day.reasons:
        return messages.say("{against}にあたり、避ける人もいます。", against=names)
    if almanac.PARDON in day.reasons:
        return messages.say(
            "{against}にもあたりますが、天赦日には障らないとされます。", against=names
        )
    return messages.say("ただし、{against}にもあたります。", against=names)


def _name(name: str, messages: Messages) -> str:
    words = almanac.load_words()
    word = words.senjitsu.get(name) or words.rekichu.get(name)
    return messages.text(word.name) if word else messages.word("rokuyo", name)


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


Moment = Callable[[datetime], str]


def sky(day: date, messages: Messages, moment: Moment) -> Iterator[str]:
    """The events that begin on a day in Japan. `moment` writes a date with its time."""
    if eclipse := almanac.lunar_eclipses(day.year).get(day):
        yield _times(eclipse, messages, moment)
    yield from _shower(day, messages, moment)


def sky_in_place(day: almanac.Day, messages: Messages, moment: Moment) -> Iterator[str]:
    """The same as the day's place sees it: nothing of an eclipse while the Moon is down there."""
    eclipse = almanac.lunar_eclipses(day.date.year).get(day.date)
    if eclipse:
        view = almanac.view(eclipse, day.moon.rise, day.moon.set)
        if view is not almanac.View.NONE:
            yield _times(eclipse, messages, moment)
            yield _view(view, day, messages)
    yield from _shower(day.date, messages, moment)


def _shower(day: date, messages: Messages, moment: Moment) -> Iterator[str]:
    if shower := almanac.meteor_showers(day.year).get(day):
        # The prediction of a shower is exact to an hour.
        hour = (shower.peak + timedelta(minutes=30)).replace(minute=0, second=0)
        yield messages.say("極大は{at}ごろの見込み", at=moment(hour))


def _view(view: almanac.View, day: almanac.Day, messages: Messages) -> str:
    place = messages.word("place", day.place.name)
    if view is almanac.View.RISING and day.moon.rise:
        at = almanac.clock(day.moon.rise)
        return messages.say("{place}では、欠けたまま{at}に昇る", place=place, at=at)
    if view is almanac.View.SETTING and day.moon.set:
        at = almanac.clock(day.moon.set)
        return messages.say("{place}では、欠けたまま{at}に沈む", place=place, at=at)
    return messages.say("{place}では、はじめから終わりまで見える", place=place)


def _times(eclipse: almanac.LunarEclipse, messages: Messages, moment: Moment) -> str:
    def time(at: datetime) -> str:
        return almanac.clock(at) if at.date() == eclipse.begins.date() else moment(at)

    begins, ends = time(eclipse.begins), time(eclipse.ends)
    if eclipse.total_begins and eclipse.total_ends:
        return messages.say(
            "{begins}に欠けはじめ、{total_begins}から{total_ends}まで皆既、{ends}に終わる",
            begins=begins,
            total_begins=time(eclipse.total_begins),
            total_ends=time(eclipse.total_ends),
            ends=ends,
        )
    return messages.say(
        "{begins}に欠けはじめ、{greatest}に最大（直径の{percent}％）、{ends}に終わる",
        begins=begins,
        greatest=time(eclipse.greatest),
        percent=max(1, round(eclipse.magnitude * 100)),
        ends=ends,
    )


SHANICHI: Final = "社日"


def shanichi(day: date, messages: Messages) -> str | None:
    """What to know on a day that is a 社日 for some almanacs only, if it is one."""
    tie = almanac.shanichi_tie(day)
    if not tie:
        return None
    earlier, later, equinox = tie
    short_date = FORMATS[messages.language].short_date
    values = {
        "equinox": messages.word("solar term", equinox.name),
        "earlier": short_date(earlier),
        "later": short_date(later),
    }
    if equinox.at.hour >= 12:
        return messages.say(
            "{equinox}の五日前と五日後が、どちらも戊の日。前の{earlier}とする暦が多く、"
            "{equinox}が午後なので{later}とする暦もある",
            **values,
        )
    if day == later:
        return None
    return messages.say(
        "{equinox}の五日前と五日後が、どちらも戊の日。{equinox}が午前なので、{later}ではなく{earlier}",
        **values,
    )
