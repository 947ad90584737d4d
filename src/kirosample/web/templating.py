"""The templates, with the few words and pictures that all of them use."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from importlib import resources
from typing import Any

import minijinja

from kirosample import almanac, horoscope
from kirosample.quotes import LANGUAGES
from kirosample.web import icons, items, pictures
from kirosample.web.assets import Assets
from kirosample.web.typesetting import columns, height, many

_WEEKDAYS = "月火水木金土日"


class Templates:
    """Renders `templates/`; what is put into HTML is escaped."""

    def __init__(self, assets: Assets) -> None:
        folder = resources.files("kirosample.web") / "templates"
        sources = {
            file.name: file.read_text(encoding="utf-8")
            for file in folder.iterdir()
            if file.name.endswith(".html")
        }
        self._environment = minijinja.Environment(
            templates=sources,
            filters={
                "japanese_date": japanese_date,
                "short_date": short_date,
                "moment": moment,
                "clock": almanac.clock,
                "years": years,
                "columns": columns,
                "height": height,
                "many": many,
                "season": season,
                "path": items.path,
            },
            globals={
                "asset": assets.url,
                "signs_of_zodiac": {sign.id: sign for sign in horoscope.SIGNS},
                "languages": LANGUAGES,
                "bodies": pictures.BODIES,
                "icon": _drawn(icons.icon),
                "heart": _drawn(icons.heart),
                "shapes": _drawn(icons.shapes),
                "stars": _drawn(icons.stars),
                "moon": _drawn(pictures.moon),
                "moon_of_age": _drawn(pictures.moon_of_age),
                "wheel": _drawn(pictures.wheel),
                "bar": _drawn(pictures.bar),
            },
            undefined_behavior="strict",
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.render = partial(self._environment.render_template)


def japanese_date(day: date) -> str:
    """2026年11月24日（火）"""
    return f"{day.year}年{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"


def short_date(day: date) -> str:
    """11月24日（火）"""
    return f"{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"


def moment(at: datetime) -> str:
    """12月7日 11:52"""
    return f"{at.month}月{at.day}日 {almanac.clock(at)}"


def years(person: Any) -> str:
    """1886–1912, or what is known of it; years before our era are 前551."""
    born, died = (
        "" if year is None else f"前{-year}" if year < 0 else str(year)
        for year in (person.born, person.died)
    )
    return f"{born}–{died}" if born or died else ""


def season(day: almanac.Day) -> str:
    """The class that gives a page its accent: term-01 in 小寒 to term-24 in 冬至."""
    names = [term.name for term in almanac.solar_terms(day.date.year)]
    return f"term-{names.index(day.solar_term.name) + 1:02}"


def _drawn(picture: Callable[..., str]) -> Callable[..., str]:
    """A picture as a template may use it: its markup is not escaped."""

    def draw(*facts: Any) -> str:
        return minijinja.safe(picture(*facts))

    return draw
