"""Errors: named once here, raised anywhere, rendered once (`errors.py`) as a page or as JSON."""

from collections.abc import Iterable, Mapping


class Problem(Exception):
    """An answer that is an error. `detail` is what the client is told, in Japanese."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.field = field
        self.headers = dict(headers or {})


def not_found(detail: str = "お探しのページは見つかりませんでした。") -> Problem:
    return Problem(404, detail)


def malformed(field: str, expected: str) -> Problem:
    """A parameter out of form."""
    return Problem(400, f"{field} の形が正しくありません。{expected}", field=field)


def not_json() -> Problem:
    return Problem(400, "本文を JSON として読めませんでした。")


def unprocessable(field: str, detail: str) -> Problem:
    """A well-formed request that asks for something that there is not."""
    return Problem(422, detail, field=field)


def wrong_method(allowed: Iterable[str]) -> Problem:
    headers = {"Allow": ", ".join(allowed)}
    return Problem(405, "このアドレスでは、その操作はできません。", headers=headers)


def forbidden_origin() -> Problem:
    return Problem(403, "ほかのサイトからの書き込みは受け付けていません。")


def body_too_slow() -> Problem:
    return Problem(408, "本文が時間内に届きませんでした。", headers={"Connection": "close"})


def body_too_large(most: int) -> Problem:
    return Problem(413, f"本文は {most:,} バイトまでです。", headers={"Connection": "close"})


def wrong_content_type(expected: str) -> Problem:
    return Problem(415, f"本文は {expected} で送ってください。", headers={"Accept": expected})


def too_many_writes(seconds: int) -> Problem:
    return Problem(
        429,
        f"操作が続いています。{seconds} 秒ほどおいて、もう一度お試しください。",
        headers={"Retry-After": str(seconds)},
    )


def our_fault() -> Problem:
    return Problem(500, "申し訳ありません。こちらの不具合でお答えできませんでした。")


def favorites_away() -> Problem:
    return Problem(
        503,
        "お気に入りは、ただいまお休みしています。少し待ってから、もう一度お試しください。",
        headers={"Retry-After": "2"},
    )


def no_favorites_here() -> Problem:
    """Where there is no database by design; it will not come back by itself."""
    return Problem(503, "このサイトでは、お気に入りを提供していません。")
