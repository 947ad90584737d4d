"""Reading a request: its parameters, its body, and where it comes from."""

import asyncio
import re
from functools import cache
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.types import Scope

from kirosample.limits import BODY_BYTES, BODY_DEADLINE_SECONDS, FORM_BYTES
from kirosample.origin import origin
from kirosample.web import problems

T = TypeVar("T", bound=msgspec.Struct)

_ENUMERATIONS = {"type"}
"""Parameters whose every form is readable, but not every value known: 422 instead of 400."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
"""No parameter has these, and HTML may not; a pattern's `$` would let a last line feed pass."""


def query(request: Request, shape: type[T]) -> T:
    """The address's parameters in this shape; others are ignored. Raises Problem (400, 422)."""
    names = _names(shape)
    given = {name: value for name, value in request.query_params.items() if name in names}
    if not given.get("limit", "0").isdecimal():  # msgspec would take 1e1 for 10
        raise problems.malformed("limit", _expected(shape, "limit"))
    for name, value in given.items():
        if _CONTROL.search(value):
            raise problems.malformed(name, _expected(shape, name))
    try:
        return msgspec.convert(given, shape, strict=False, str_keys=True)
    except msgspec.ValidationError as error:
        name = _field(error)
        if name in _ENUMERATIONS:
            raise problems.not_as_expected(name, _expected(shape, name)) from None
        raise problems.malformed(name, _expected(shape, name)) from None


async def json_body(request: Request, shape: type[T]) -> T:
    """The body, JSON in this shape. Raises Problem (400, 408, 413, 415, 422)."""
    raw = await _body(request, "application/json")
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise _invalid(error, shape) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise problems.not_json() from None


async def form_body(request: Request, shape: type[T]) -> T:
    """The body of a plain form in this shape. Raises Problem (400, 408, 413, 415, 422).

    It stays in the scope, for the page of an error that offers to send it again.
    """
    raw = await _body(request, "application/x-www-form-urlencoded")
    try:
        if len(raw) > FORM_BYTES:
            raise ValueError
        given = dict(parse_qsl(raw.decode("ascii"), errors="strict", max_num_fields=20))
        form = msgspec.convert(given, shape)
    except msgspec.ValidationError as error:
        raise _invalid(error, shape) from None
    except ValueError:  # UnicodeDecodeError included
        raise problems.Problem(400, "本文をフォームとして読めませんでした。") from None
    request.scope["form"] = msgspec.structs.asdict(form)
    return form


def is_ours(request: Request, public_url: str | None) -> bool:
    """Whether a write comes from our own pages, or from no page at all.

    Ours is the public address, or without one the address that this connection was accepted at.
    On a loopback address both of its names are ours. Never what the `Host` header says, which the
    sender chooses.
    """
    sent = header(request.scope, b"origin")
    if sent is None:
        return True
    if public_url is not None:
        return public_url in (sent, sent.replace("//127.0.0.1", "//localhost", 1))
    address, port = request.scope["server"]
    hosts = {"localhost", "127.0.0.1", address}
    return sent in {origin(request.scope["scheme"], host, port) for host in hosts}


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of this (lowered) name."""
    headers: dict[bytes, bytes] | None = scope.get("first_headers")
    if headers is None:
        headers = scope["first_headers"] = dict(reversed(scope["headers"]))
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


async def _body(request: Request, content_type: str) -> bytes:
    sent_as = (header(request.scope, b"content-type") or "").partition(";")[0].strip().lower()
    if sent_as != content_type:
        raise problems.wrong_content_type(content_type)
    length = header(request.scope, b"content-length") or ""
    if length.isdecimal() and int(length) > BODY_BYTES:
        raise problems.body_too_large(BODY_BYTES)
    whole = request.scope.get("whole")
    body: bytes | None = whole and whole.body()
    if body is None:
        return await _arriving(request)
    if len(body) > BODY_BYTES:
        raise problems.body_too_large(BODY_BYTES)
    return body


async def _arriving(request: Request) -> bytes:
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_DEADLINE_SECONDS):
            more = True
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise problems.Problem(400, "本文が途中で途切れました。")
                read += message.get("body", b"")
                more = message.get("more_body", False)
                if len(read) > BODY_BYTES:
                    raise problems.body_too_large(BODY_BYTES)
    except TimeoutError:
        raise problems.body_too_slow() from None
    return bytes(read)


def _invalid(error: msgspec.ValidationError, shape: type[msgspec.Struct]) -> problems.Problem:
    name = _field(error)
    if name == "body":
        return problems.unprocessable(name, "本文は JSON のオブジェクトで送ってください。")
    if "missing required field" in str(error):
        return problems.missing(name, _expected(shape, name))
    if "unknown field" in str(error):
        return problems.unprocessable(name, "{field} という項目はありません。")
    return problems.not_as_expected(name, _expected(shape, name))


def _field(error: msgspec.ValidationError) -> str:
    """The field that msgspec's message names: by a path, or in quotes where it is missing."""
    text = str(error)
    if "`$." in text:
        return text.rpartition("`$.")[2].partition("`")[0].partition("[")[0]
    if "field `" in text:
        return text.partition("field `")[2].partition("`")[0]
    return "body"


@cache
def _names(shape: type[msgspec.Struct]) -> frozenset[str]:
    """The parameters that a shape has."""
    return frozenset(field.encode_name for field in msgspec.structs.fields(shape))


@cache
def _expected(shape: type[msgspec.Struct], name: str) -> str:
    """The description of the field's type, which says what is expected."""
    properties = msgspec.json.schema(shape)["$defs"][shape.__name__]["properties"]
    description: str = properties.get(name, {}).get("description", "")
    return description
