"""Errors that a handler raises and a client sees. The product renders them as pages or JSON."""

import logging
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus

import msgspec
from msgspec import UNSET, Struct, UnsetType
from starlette.responses import Response

from ishizue.http.context import RequestContext
from ishizue.http.fair_queue import Overloaded, ShareFull
from ishizue.storage.errors import ReadFailed, Unavailable

log = logging.getLogger(__name__)

_NAME = re.compile(r"{(\w+)}")


def filled(message: str, values: Mapping[str, object]) -> str:
    """The message with each `{name}` of `values` replaced; the rest of it stays as it is.

    Unlike `str.format`, which reads attributes and pads to any width: a message may have parts that
    a client sent.
    """
    if not values:
        return message
    return _NAME.sub(lambda match: str(values.get(match[1], match[0])), message)


_STATUS_NAMES = {413: "Content Too Large", 422: "Unprocessable Content"}
"""RFC 9110's, which Python has only from 3.13 on."""


def name_status(status: int) -> str:
    """What RFC 9110 calls a status."""
    return _STATUS_NAMES.get(status) or HTTPStatus(status).phrase


class Problem(Exception):
    """An error response: a message, and the values of its `{names}`.

    The message may be a key of message catalogues, and so may be the value of `expected`.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        self.status = status
        self.message = message
        self.field = field
        self.headers = dict(headers or {})
        self.values = {"field": field, **(values or {})}
        super().__init__(self.detail)

    @property
    def detail(self) -> str:
        """The message with its values, not translated."""
        return filled(self.message, self.values)

    def as_json(self) -> Response:
        """The response in the form of RFC 9457."""
        details = ProblemDetails(
            title=name_status(self.status),
            status=self.status,
            detail=self.detail,
            field=self.field or UNSET,
        )
        return Response(
            msgspec.json.encode(details),
            self.status,
            headers={**self.headers, "Cache-Control": "no-store"},
            media_type="application/problem+json",
        )


class ProblemDetails(Struct):
    """An error in the form of RFC 9457."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    field: str | UnsetType = UNSET


def problem_of(request: RequestContext, error: Exception) -> Problem:
    """The problem that an exception means to the client. A defect is logged."""
    match error:
        case Problem():
            return error
        case ShareFull():  # more of one client, or of its site, than the rest has to wait for
            return Problem(
                429,
                "Too many requests from your network are waiting. Please try again in a moment.",
                headers={"Retry-After": "2"},
            )
        case Overloaded() | Unavailable():
            return overloaded()
        case ReadFailed():  # it was logged with its traceback
            return internal_error()
        case _:  # a defect
            pass
    where = {"route": request.route, "trace": request.trace}
    log.error("a defect in %s", request.method, exc_info=error, extra=where)
    return internal_error()


def not_found(message: str | None = None) -> Problem:
    return Problem(404, message or "There is nothing at this address.")


def malformed(field: str, expected: str) -> Problem:
    """A parameter that cannot be parsed."""
    values = {"expected": expected}
    return Problem(400, "{field} is not valid. {expected}", field=field, values=values)


def unprocessable(field: str, message: str, **values: object) -> Problem:
    """A well-formed request with a value that is not acceptable."""
    return Problem(422, message, field=field, values=values)


def not_as_expected(field: str, expected: str) -> Problem:
    """A well-formed field with a value outside its range."""
    return unprocessable(field, "{field}: {expected}", expected=expected)


def wrong_method(allowed: Iterable[str]) -> Problem:
    headers = {"Allow": ", ".join(allowed)}
    return Problem(405, "This page doesn't support that action.", headers=headers)


def forbidden_origin() -> Problem:
    return Problem(403, "Requests from other sites are not accepted.")


def body_too_large(most: int) -> Problem:
    headers = {"Connection": "close"}
    values = {"most": f"{most:,}"}
    return Problem(413, "The body may have at most {most} bytes.", headers=headers, values=values)


def too_many_writes(seconds: int) -> Problem:
    return Problem(
        429,
        "Too many requests at once. Please try again in about {seconds} seconds.",
        headers={"Retry-After": str(seconds)},
        values={"seconds": seconds},
    )


def too_many_fields(most: int) -> Problem:
    return Problem(400, "An address may have at most {most} query fields.", values={"most": most})


def overloaded() -> Problem:
    return Problem(
        503,
        "The service is busy at the moment. Please try again shortly.",
        headers={"Retry-After": "2"},
    )


def internal_error() -> Problem:
    return Problem(500, "Sorry, something went wrong on our side.")
