"""What to look up for: when a lunar eclipse or a meteor shower is at its best.

The sentences are messages: Japanese here, English in `locale/`.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from kirosample import almanac
from kirosample.web.i18n.messages import Messages

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
