"""How the lucky days that fall on a day are written."""

from collections.abc import Iterable

from kirosample import almanac
from kirosample.web.i18n.languages import ENGLISH
from kirosample.web.i18n.messages import Messages


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
