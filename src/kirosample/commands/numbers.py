"""`kirosample numbers`: how many pages were read, and likes given, in a terminal or as a page."""

from collections.abc import Callable, Mapping, Sequence
from importlib import resources

import minijinja

from ishizue.clock import system_clock
from ishizue.commands import admin, files
from ishizue.storage.database_url import DatabaseUrl
from kirosample import PRODUCT
from kirosample.almanac import date_in_japan
from kirosample.favorites import page_counts
from kirosample.horoscope import SIGNS_BY_ID
from kirosample.settings import Settings

_RECENT_DAYS = 28
_BAR = 40  # columns

# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/
# RequestAndResponseBehaviorCustomOrigin.html#request-custom-user-agent-header
_NOTE = """\
クローラーと名のるもの、CloudFront が自分で返したもの、オフラインで開いたものは含みません。
CDN=on では、CloudFront がキャッシュするページのクローラーも数えます。相手の名前が届かないためです。
Without what names itself a crawler, what CloudFront served itself, and what was opened offline.
With CDN=on crawlers are counted on the pages that CloudFront caches: it does not say who asks."""


def numbers(settings: Settings, target: str | None, prepare: Callable[[], object]) -> int:
    """Print the report, or write it as a page. Raises Failure and SettingsError."""

    async def work(url: DatabaseUrl) -> str:
        async with admin.connected(url) as connection:
            counted = await page_counts.numbers(connection)
        if target is None:
            return report(counted)
        files.write(target, page(counted).encode(), "text/html; charset=utf-8")
        return target.partition("?")[0]

    return admin.run(settings, work, prepare)


def page(counted: Mapping[str, Sequence[tuple[str, int]]]) -> str:
    """The report as HTML that loads nothing."""
    source = resources.files(__package__).joinpath("numbers.html").read_text(encoding="utf-8")
    environment = minijinja.Environment(filters={"thousands": "{:,}".format})
    facts = {"site": PRODUCT.name, "today": date_in_japan(system_clock()), "note": _NOTE}
    names = {f"/horoscope/{sign.id}": " ".join(sign.name) for sign in SIGNS_BY_ID.values()}
    return environment.render_str(source, "numbers.html", **counted, **facts, names=names)


def report(counted: Mapping[str, Sequence[tuple[str, int]]]) -> str:
    """Tables with bars, and what they do not have."""
    recent = f"この{_RECENT_DAYS}日 last {_RECENT_DAYS} days"
    tables = (
        ("週のはじめ week of", counted["weeks"]),
        (recent, counted["pages"]),
        (f"いいね likes, {recent}", counted["likes"][-_RECENT_DAYS:]),
    )
    return "\n\n".join([_table(title, rows) for title, rows in tables if rows] + [_NOTE])


def _table(title: str, rows: Sequence[tuple[str, int]]) -> str:
    most = max(1, *(count for _, count in rows))
    name = max(len(row) for row, _ in rows)
    digits = len(f"{most:,}")
    lines = [
        f"{row:{name}}  {count:{digits},}  {'█' * -(-count * _BAR // most)}" for row, count in rows
    ]
    return "\n".join((title, *lines))
