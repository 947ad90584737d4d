"""The owner's notice: what is wrong with it is named, and the pages of its days have it."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from ishizue.http.dispatch import READING
from kirosample import notice
from kirosample.almanac import midnight
from kirosample.notice import parse
from tools.addresses import addresses
from tools.servers import serving

FIELDS = {
    "from": date(2027, 1, 4),
    "until": date(2027, 1, 6),
    "ja": "お休み<します>。",
    "en": "Closed <for> a day.",
}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"until": date(2027, 1, 3)}, "`until` is 2027-01-03, before `from`"),
        ({"en": " "}, "`ja` or `en` is empty"),
        ({"from": "tomorrow"}, "from"),
        ({"form": date(2027, 1, 4)}, "form"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], named: str) -> None:
    with pytest.raises((ValueError, msgspec.ValidationError), match=named):
        parse(FIELDS | changed)


def test_every_page_has_it_on_its_days_and_no_page_the_day_after(
    monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    monkeypatch.setattr(notice, "load", lambda: parse(FIELDS))
    last = midnight(date(2027, 1, 7)) - timedelta(seconds=1)
    now = [last]
    with serving(database, clock=lambda: now[0]) as running:
        running.ready()

        def without_notice() -> set[str]:
            return {
                path
                for path, page in pages()
                if ("Closed &lt;for&gt; a" if path.startswith("/en") else "お休み&lt;し")
                not in page
            }

        def pages() -> list[tuple[str, str]]:
            paths = {path for method, path in addresses(running) if method in READING}
            found = [(path, running.client.get(path)) for path in sorted(paths | {"/nothing"})]
            return [
                (path, page.text)
                for path, page in found
                if page.headers.get("content-type", "").startswith("text/html")
            ]

        # The worker keeps this page for good.
        assert without_notice() == {"/offline", "/en/offline"}
        now[0] += timedelta(seconds=1)
        assert without_notice() == {path for path, _ in pages()}
