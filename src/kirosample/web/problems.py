"""Errors: named once here, raised anywhere, rendered once (`errors.py`) as a page or as JSON."""

from collections.abc import Iterable, Mapping


class Problem(Exception):
    """An answer that is an error: a message for the client, and the values of its `{names}`.

    The message is Japanese and a key of the catalogues, and so may be the value of `expected`.
    A page says something else of a field's problem, unless the message is `for_readers` too.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
        values: Mapping[str, object] | None = None,
        for_readers: bool = False,
    ) -> None:
        self.status = status
        self.message = message
        self.field = field
        self.headers = dict(headers or {})
        self.values = {"field": field, **(values or {})}
        self.for_readers = for_readers
        super().__init__(self.detail)

    @property
    def detail(self) -> str:
        """What the client is told, in Japanese."""
        return self.message.format(**self.values)


def not_found(message: str | None = None) -> Problem:
    return Problem(404, message or "このアドレスには何もありません。")


def malformed(field: str, expected: str) -> Problem:
    """A parameter out of form."""
    values = {"expected": expected}
    return Problem(400, "{field} の形が正しくありません。{expected}", field=field, values=values)


def not_json() -> Problem:
    return Problem(400, "本文を JSON として読めませんでした。")


def unprocessable(field: str, message: str, **values: object) -> Problem:
    """A well-formed request that asks for something that there is not."""
    return Problem(422, message, field=field, values=values)


def too_old_or_new_to_like(days_back: int) -> Problem:
    """A horoscope that can be liked no more, or not yet."""
    return Problem(
        422,
        "お気に入りに入れられるのは、{days}日前から明日までの星占いです。",
        field="item",
        values={"days": days_back},
        for_readers=True,
    )


def not_as_expected(field: str, expected: str) -> Problem:
    """A well-formed field with a value that cannot be."""
    return unprocessable(field, "{field} は {expected}", expected=expected)


def missing(field: str, expected: str) -> Problem:
    """A field that has to be there."""
    return unprocessable(field, "{field} がありません。{expected}", expected=expected)


def wrong_method(allowed: Iterable[str]) -> Problem:
    headers = {"Allow": ", ".join(allowed)}
    return Problem(405, "このアドレスでは、その操作はできません。", headers=headers)


def forbidden_origin() -> Problem:
    return Problem(403, "ほかのサイトからの書き込みは受け付けていません。")


def body_too_slow() -> Problem:
    return Problem(408, "本文が時間内に届きませんでした。", headers={"Connection": "close"})


def body_too_large(most: int) -> Problem:
    headers = {"Connection": "close"}
    return Problem(413, "本文は {most:,} バイトまでです。", headers=headers, values={"most": most})


def wrong_content_type(expected: str) -> Problem:
    headers = {"Accept": expected}
    values = {"expected": expected}
    return Problem(415, "本文は {expected} で送ってください。", headers=headers, values=values)


def too_many_writes(seconds: int) -> Problem:
    return Problem(
        429,
        "操作が続いています。{seconds} 秒ほどおいて、もう一度お試しください。",
        headers={"Retry-After": str(seconds)},
        values={"seconds": seconds},
    )


def overloaded() -> Problem:
    return Problem(
        503,
        "ただいま混み合っています。少し待ってから、もう一度お試しください。",
        headers={"Retry-After": "2"},
    )


def too_many_fields(most: int) -> Problem:
    return Problem(400, "アドレスの項目は {most} 個までです。", values={"most": most})


def too_many_new_visitors(seconds: int) -> Problem:
    """From one address, which a whole neighbourhood may share."""
    return Problem(
        429,
        "ただいま、同じ回線からのはじめてのご利用が重なっています。回線をほかの方と共有していると、"
        "お心当たりがなくても起こります。{seconds} 秒ほどおいて、もう一度お試しください。",
        headers={"Retry-After": str(seconds)},
        values={"seconds": seconds},
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
