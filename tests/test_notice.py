"""The owner's notice: what is wrong with it is named, and the pages of its days have it."""

from datetime import date, timedelta

import pytest

from ishizue.http.dispatch import READING
from kirosample import content, notice
from kirosample.almanac import midnight
from tools.addresses import addresses
from tools.servers import serving

WRITTEN = """\
from = 2027-01-04
until = 2027-01-06
ja = "お休み<します>。"
en = "Closed <for> a day."
"""


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("2027-01-06", "2027-01-03", "`until` is 2027-01-03, before `from`"),
        ("Closed <for> a day.", " ", "en: must be one line"),
        ("2027-01-04", '"tomorrow"', "from: Invalid"),
        ("from", "form", "missing required field `from`|unknown field `form`"),
        ('ja = "お休み<します>。"', "", "missing required field `text`|unknown field `en`"),
    ],
)
def test_what_is_wrong_is_named(right: str, wrong: str, named: str) -> None:
    with pytest.raises(content.ContentError, match=f"^notice.toml: .*({named})"):
        content.parse(notice.FILE, WRITTEN.replace(right, wrong), notice.Notice)


def test_every_page_has_it_on_its_days_and_no_page_the_day_after(
    monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    given = content.parse(notice.FILE, WRITTEN, notice.Notice)
    monkeypatch.setattr(notice, "load", lambda: given)
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
            responses = [(path, running.client.get(path)) for path in sorted(paths | {"/nothing"})]
            return [
                (path, page.text)
                for path, page in responses
                if page.headers.get("content-type", "").startswith("text/html")
            ]

        # The worker keeps this page for good.
        assert without_notice() == {"/offline", "/en/offline"}
        now[0] += timedelta(seconds=1)
        assert without_notice() == {path for path, _ in pages()}
