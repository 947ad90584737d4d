"""The templates, with the few words that all of them use."""

from datetime import date
from functools import partial
from importlib import resources

import minijinja

from kirosample.web.assets import Assets

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
            filters={"japanese_date": japanese_date, "short_date": short_date},
            globals={"asset": assets.url},
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
