"""The product's own errors; those that any service has are in `http/problems.py`."""

import logging
from datetime import date
from functools import lru_cache

from ishizue.http.problems import Problem
from kirosample.almanac import FIRST_DAY, LAST_DAY

log = logging.getLogger(__name__)


class ForReaders(Problem):
    """A problem whose message suits readers too: the error's page shows it unchanged."""


def too_old_or_new_to_like(days_back: int) -> Problem:
    """A horoscope too far in the past or the future to be liked."""
    return ForReaders(
        422,
        "お気に入りに入れられるのは、{days}日前から明日までの星占いです。",
        field="item",
        values={"days": days_back},
    )


def too_many_new_visitors(seconds: int) -> Problem:
    """They come from one address, which a whole neighborhood may share."""
    return Problem(
        429,
        "ただいま、同じ回線からのはじめてのご利用が重なっています。回線をほかの方と共有していると、"
        "お心当たりがなくても起こります。{seconds} 秒ほどおいて、もう一度お試しください。",
        headers={"Retry-After": str(seconds)},
        values={"seconds": seconds},
    )


def nothing_to_transfer() -> Problem:
    return ForReaders(422, "この端末には、移すお気に入りがまだありません。")


def wrong_code() -> Problem:
    """The same whether it never existed, was used, expired, or is the visitor's own."""
    return ForReaders(
        422,
        "入力をお確かめください。期限切れ、使用済み、この端末で作ったコードは使えません。",
        field="code",
    )


def cookie_needed() -> Problem:
    """Favorites would be lost that move to a visitor whose cookie is never kept."""
    return ForReaders(
        403,
        "お気に入りを受け取るには Cookie が必要です。もう一度お試しください。"
        "同じ表示が続くときは、ブラウザーの設定で Cookie を許可してください。",
    )


def too_many_wrong_codes(seconds: int) -> Problem:
    return Problem(
        429,
        "使えないコードが続きました。{seconds} 秒ほどおいて、もう一度お試しください。",
        headers={"Retry-After": str(seconds)},
        values={"seconds": seconds},
    )


def favorites_unavailable() -> Problem:
    return Problem(
        503,
        "お気に入りは、ただいまお休みしています。少し待ってから、もう一度お試しください。",
        headers={"Retry-After": "2"},
    )


def no_favorites() -> Problem:
    """This server has no database by design: trying again does not help."""
    return Problem(503, "このサイトでは、お気に入りを提供していません。")


def wrong_clock(today: date) -> Problem:
    """The server's clock says a day that the calendar does not have. Logged once a day."""
    _log_wrong_clock(today)
    return Problem(
        503,
        "サーバーの時計が {today} を指しているため、今日のページを作れません。"
        "暦にあるのは {first} から {last} までです。",
        values={"today": today, "first": FIRST_DAY, "last": LAST_DAY},
    )


@lru_cache(maxsize=1)
def _log_wrong_clock(today: date) -> None:
    log.error(
        "the clock says %s, outside the calendar (%s to %s): pages are 503 until it is set",
        today,
        FIRST_DAY,
        LAST_DAY,
    )
