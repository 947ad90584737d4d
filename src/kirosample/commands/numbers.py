"""`kirosample numbers`: how many pages were read, by week and by page."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from ishizue.clock import system_clock
from ishizue.commands import admin
from ishizue.storage.database_url import DatabaseUrl
from kirosample.almanac import date_in_japan
from kirosample.favorites.page_counts import by_page, by_week
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


def numbers(settings: Settings, prepare: Callable[[], object]) -> int:
    """Print the report. Raises Failure and SettingsError."""
    today = date_in_japan(system_clock())

    async def work(url: DatabaseUrl) -> str:
        async with admin.connected(url) as connection:
            weeks = await by_week(connection)
            pages = await by_page(connection, today - timedelta(_RECENT_DAYS))
        return report(weeks, pages)

    return admin.run(settings, work, prepare)


def report(weeks: Sequence[tuple[date, int]], pages: Sequence[tuple[str, int]]) -> str:
    """Two tables with bars, and what they do not have."""
    if not weeks:
        return f"まだ何も数えていません。Nothing has been counted yet.\n{_NOTE}"
    by_week = _table("週のはじめ week of", [(str(monday), count) for monday, count in weeks])
    recent = f"この{_RECENT_DAYS}日 last {_RECENT_DAYS} days"
    return "\n\n".join((by_week, _table(recent, pages), _NOTE))


def _table(title: str, rows: Sequence[tuple[str, int]]) -> str:
    if not rows:
        return title
    most = max(count for _, count in rows)
    name = max(len(row) for row, _ in rows)
    digits = len(f"{most:,}")
    lines = [
        f"{row:{name}}  {count:{digits},}  {'█' * max(1, count * _BAR // most)}"
        for row, count in rows
    ]
    return "\n".join((title, *lines))
