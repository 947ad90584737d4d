"""How the lucky days that fall on a day are written."""

from collections.abc import Iterable

from kirosample import almanac
from kirosample.web.i18n.messages import Messages


def named(names: Iterable[str], messages: Messages) -> list[str]:
    """The names of 六曜, 選日 and 暦注 in the language of the messages."""
    return [_name(name, messages) for name in names]


def joined(names: Iterable[str], messages: Messages) -> str:
    """天赦日・一粒万倍日"""
    return messages.say("・").join(named(names, messages))


def together(day: almanac.LuckyDay, messages: Messages) -> str:
    """What is good about a day: 天赦日・一粒万倍日が重なる日, or 大安."""
    names = joined(day.reasons, messages)
    return messages.say("{names}が重なる日", names=names) if len(day.reasons) > 1 else names


def _name(name: str, messages: Messages) -> str:
    word = almanac.SENJITSU.get(name) or almanac.REKICHU.get(name)
    return messages.text(word.name) if word else messages.word("rokuyo", name)
