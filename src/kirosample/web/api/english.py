"""The facts of a day in English, in the fields of the Japanese ones."""

from dataclasses import replace

from kirosample.almanac import MONTHS, OBSERVANCES, SENJITSU, Day, Eto, SolarTerm
from kirosample.web.i18n import english
from kirosample.web.i18n.messages import Messages


def in_english(day: Day, messages: Messages) -> Day:
    """The day with its names in English; `messages` are the English ones."""

    word = messages.word

    def term(given: SolarTerm) -> SolarTerm:
        return replace(given, name=word("solar term", given.name))

    return replace(
        day,
        weekday=english.weekday(day.date),
        era=replace(day.era, name=english.era_name(day.era)),
        rokuyo=word("rokuyo", day.rokuyo),
        solar_term=term(day.solar_term),
        next_solar_term=term(day.next_solar_term),
        zassetsu=tuple(word("zassetsu", name) for name in day.zassetsu),
        holiday=day.holiday and word("holiday", day.holiday),
        eto=Eto(english.eto(day.eto.year), english.eto(day.eto.day)),
        moon=replace(
            day.moon,
            phase=word("moon phase", day.moon.phase),
            name=day.moon.name and word("moon name", day.moon.name),
        ),
        month_name=MONTHS[day.date.month - 1].name.en,
        senjitsu=tuple(SENJITSU[name].name.en for name in day.senjitsu),
        observances=tuple(OBSERVANCES[name].name.en for name in day.observances),
        place=replace(day.place, name=word("place", day.place.name)),
    )
