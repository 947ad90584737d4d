"""What a page shows is in its key in the page cache: another input gives another page."""

from typing import Any

import pytest

from ishizue.http import requests
from ishizue.http.dispatch import CACHED
from kirosample.quotes import load
from kirosample.routes import ROUTES
from kirosample.web.calendar_options import CALENDAR_OPTIONS
from tools.addresses import addresses
from tools.servers import NOON, serving

IN_PATH = {
    "sign": "virgo",
    "one": "virgo",
    "other": "pisces",
    "purpose": "moving",
    "quote_id": load().quotes[1].id,
    "date": "2026-11-25",
    "month_and_day": "07-07",
    "number": "1",
}
IN_QUERY = {
    "alarm": "07:30",
    "author": load().quotes[0].author.name.ja,
    "by": "love",
    "cursor": load().quotes[50].id,
    "date": "2027-02-03",
    "day": "tora",
    "for": "moving",
    "from": "2027-01-01",
    "lang": "en",
    "limit": "3",
    "off": "true",
    "on": "2027-02-03",
    "overlap": "true",
    "place": "naha",
    "q": "道",
    "sign": "virgo",
    "today": "2026-11-25",
    "topic": load().quotes[0].topics[0],
    "without": "butsumetsu",
    "year": "2027",
    **dict.fromkeys(CALENDAR_OPTIONS, "true"),
}
"""Another value of each parameter."""


def test_another_language_or_parameter_gives_another_page(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are in one cache. Tests of midnight and of the notice go on to another day."""
    parsed = set[str]()
    usual = requests.fields_of

    def fields_of(model: Any) -> Any:
        parsed.update(fields := usual(model))
        return fields

    monkeypatch.setattr(requests, "fields_of", fields_of)
    with serving(database) as running:
        running.ready()

        def shown(target: str) -> str:
            lot = target.rpartition("/")[2] if "/mine/" in target else ""
            return running.text(target, headers={"Cookie": f"omikuji={NOON.date()}.{lot}"})

        usual_paths = addresses(running)
        other_paths = [addresses(running, **{name: value}) for name, value in IN_PATH.items()]
        pages = dict[str, str]()
        for (method, pattern, _, cost), (_, path), *others in zip(
            ROUTES, usual_paths, *other_paths, strict=True
        ):
            if (method, cost) != ("GET", CACHED):
                continue
            parsed.clear()
            texts = {path: shown(path)}
            names = [name for name in sorted(parsed) if f"{{{name}}}" not in pattern]
            values = IN_QUERY | ({"special": "false"} if pattern.endswith("/calendar") else {})
            targets = [f"{path}?{name}={values[name]}" for name in names]
            texts |= {other: shown(other) for other in (*targets, *(other for _, other in others))}
            all_ = [*texts.values()]
            assert [target for target in texts if all_.count(texts[target]) > 1] == []
            pages[path] = texts[path]
    assert [path for path in pages if pages[path] == pages.get(f"/en{path}")] == []
