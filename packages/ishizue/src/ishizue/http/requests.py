"""Parse a request: its query, its body."""

import asyncio
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import ClientDisconnect

from ishizue.http import problems
from ishizue.http.context import RequestContext
from ishizue.http.problems import Problem

BODY_DEADLINE_SECONDS = 10
"""How long a body may take to arrive."""

BODY_BYTES = 16 * 1024
"""Maximum size of a body whose endpoint or handler states no other."""

_FORM_BYTES = 4096
"""Maximum size of a form. Its fields have some hundred characters, of up to twelve bytes each."""

T = TypeVar("T", bound=msgspec.Struct)

_BODY = "body"
"""The field of a problem with the body as a whole."""

_INTEGER = re.compile("-?[0-9]{1,18}")
"""An integer that 64 bits hold."""

_NUMBER = re.compile("[-+.0-9eE]+")
"""The characters of finite numbers."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
"""Valid in no parameter, and not allowed in HTML. A pattern's `$` accepts a final line feed."""


class InvalidForm(Problem):
    """A form with a wrong field, for the page that shows it again: `field` and `detail` say why."""

    def __init__(self, problem: Problem, typed: Mapping[str, str]) -> None:
        super().__init__(
            problem.status, problem.message, field=problem.field, values=problem.values
        )
        self.typed = typed

    @property
    def expected(self) -> str:
        """What the field takes, without its name: for a message beside its label."""
        return str(self.values.get("expected") or self.detail)


class Field(NamedTuple):
    """A field of a model. Its description is what a client reads when the value is wrong."""

    description: str
    is_integer: bool
    is_number: bool
    is_enumeration: bool
    """Any text is well-formed: an unknown value is 422 instead of 400."""

    is_boolean: bool

    is_list: bool
    """Given once for each of its values; of any other field the last one counts."""

    def takes(self, text: str) -> bool:
        """Whether this field's number may be written so.

        msgspec would also take 1e1 for an integer, and one of any length; nan and inf for a number.
        """
        pattern = _INTEGER if self.is_integer else _NUMBER if self.is_number else None
        return pattern is None or pattern.fullmatch(text) is not None


@cache
def fields_of(model: type[msgspec.Struct]) -> Mapping[str, Field]:
    """The fields, by their names in a query or in JSON."""
    known = msgspec.json.schema(model)["$defs"]
    properties = known[model.__name__]["properties"]
    return {name: _field(schema, known) for name, schema in properties.items()}


def _field(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Field:
    """The field of a schema, whose type may be optional, and have a name (an enumeration's)."""
    given = schema.get("anyOf", [schema])
    parts = [known[part["$ref"].rpartition("/")[2]] if "$ref" in part else part for part in given]
    types = {part.get("type") for part in parts}
    described = (part["description"] for part in (schema, *given) if "description" in part)
    is_enumeration = any("enum" in part for part in parts)
    return Field(
        next(described, ""),
        "integer" in types,
        "number" in types,
        is_enumeration,
        "boolean" in types,
        "array" in types,
    )


def query(request: RequestContext, model: type[T]) -> T:
    """Parse the query; other parameters, and empty ones, are ignored. Raises Problem (400, 422)."""
    fields = fields_of(model)
    sent: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if value:
            sent.setdefault(name, []).append(value)
    given: dict[str, str | list[str]] = {}
    for name, field in fields.items():
        values = sent.get(name)
        if not values:
            continue
        if any(map(_CONTROL.search, values)) or not field.takes(values[-1]):
            raise problems.malformed(name, field.description)
        given[name] = values if field.is_list else values[-1]
    try:
        return msgspec.convert(given, model, strict=False, str_keys=True)
    except msgspec.ValidationError as error:
        name = _field_in(error)
        wrong = problems.not_as_expected if fields[name].is_enumeration else problems.malformed
        raise wrong(name, fields[name].description) from None


def path(request: RequestContext, model: type[T]) -> T:
    """Parse the parameters of the path. Raises Problem (404): there is nothing at such a path."""
    fields = fields_of(model)
    given = {name: request.path_params[name] for name in fields}
    for name, value in given.items():
        if fields[name].is_integer and not (value.isascii() and value.isdecimal()):
            raise problems.not_found()
    try:
        return msgspec.convert(given, model, strict=False, str_keys=True)
    except msgspec.ValidationError:
        raise problems.not_found() from None


async def raw_body(request: RequestContext, most: int, media_type: str = "") -> bytes:
    """The body as it was sent, of this type or of any. Raises Problem (400, 408, 413, 415)."""
    exchange = request.exchange
    sent_as = exchange.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media_type and sent_as != media_type.encode():
        values = {"expected": media_type}
        headers = {"Accept": media_type}
        raise Problem(415, "Please send the body as {expected}.", headers=headers, values=values)
    stated = exchange.headers.get(b"content-length", b"")
    length = int(stated) if stated.isdigit() else None
    if length is not None and length > most:
        raise problems.body_too_large(most)
    body = exchange.body()
    if body is None:
        body = await _receive(request, most)
    if len(body) > most:
        raise problems.body_too_large(most)
    return body


async def json_body(request: RequestContext, model: type[T], most: int = BODY_BYTES) -> T:
    """Parse the body as JSON. Raises Problem (400, 408, 413, 415, 422)."""
    raw = await raw_body(request, most, "application/json")
    try:
        if rb"\u0000" in raw:
            _refuse_nul(msgspec.json.decode(raw, type=dict), model)
        return msgspec.json.decode(raw, type=model)
    except msgspec.ValidationError as error:
        raise _invalid(error, model) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # nested a thousand deep
        raise Problem(400, "The body is not valid JSON.") from None


async def form_fields(request: RequestContext) -> Mapping[str, str]:
    """What was typed into an HTML form, but for empty fields. Raises Problem (400 to 415)."""
    raw = await raw_body(request, BODY_BYTES, "application/x-www-form-urlencoded")
    try:
        if len(raw) > _FORM_BYTES:
            raise ValueError
        return dict(parse_qsl(raw.decode("ascii"), errors="strict", max_num_fields=20))
    except ValueError:  # UnicodeDecodeError included
        raise Problem(400, "The body is not a valid form.") from None


async def form_body(request: RequestContext, model: type[T]) -> T:
    """Parse the body as an HTML form. Raises Problem (400, 408, 413, 415) and InvalidForm (422).

    Numbers, dates and the like are converted as in a query, an empty field is as good as none, and
    a checkbox without a value of its own (`on`) is true.
    """
    typed = await form_fields(request)
    try:
        return _converted(typed, model)
    except Problem as problem:
        raise InvalidForm(problem, typed) from None


def _converted(typed: Mapping[str, str], model: type[T]) -> T:
    """The form as the model. Raises Problem (422)."""
    fields = fields_of(model)
    _refuse_nul(typed, model)
    given: dict[str, object] = dict(typed)
    for name in typed.keys() & fields.keys():
        if not fields[name].takes(typed[name]):
            raise problems.not_as_expected(name, fields[name].description)
        if fields[name].is_boolean and typed[name] == "on":
            given[name] = True
    try:
        return msgspec.convert(given, model, strict=False, str_keys=True)
    except msgspec.ValidationError as error:
        raise _invalid(error, model) from None


async def _receive(request: RequestContext, most: int) -> bytes:
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_DEADLINE_SECONDS):
            async for part in request.stream():
                read += part
                if len(read) > most:
                    break
    except ClientDisconnect:
        raise Problem(400, "The body was cut off.") from None
    except TimeoutError:
        headers = {"Connection": "close"}
        raise Problem(408, "The body did not arrive in time.", headers=headers) from None
    return bytes(read)


def _refuse_nul(given: Mapping[str, object], model: type[msgspec.Struct]) -> None:
    """Raise Problem (422) for a NUL in any text, which no text of PostgreSQL can have."""
    fields = fields_of(model)
    for name, value in given.items():
        if name in fields and _has_nul(value):
            raise problems.not_as_expected(name, fields[name].description)


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_has_nul, value))


def _invalid(error: msgspec.ValidationError, model: type[msgspec.Struct]) -> Problem:
    name = _field_in(error)
    if name == _BODY:
        return problems.unprocessable(name, "Please send a JSON object as the body.")
    if "unknown field" in str(error):
        return problems.unprocessable(name, "There is no field named {field}.")
    field = fields_of(model).get(name)
    expected = field.description if field else ""
    if "missing required field" in str(error):
        return problems.unprocessable(name, "{field} is missing. {expected}", expected=expected)
    return problems.not_as_expected(name, expected)


def _field_in(error: msgspec.ValidationError) -> str:
    """The field in msgspec's message: in a path, or in quotes if it is missing."""
    text = str(error)
    if "`$." in text:
        return text.rpartition("`$.")[2].partition("`")[0].partition("[")[0]
    if "field `" in text:
        return text.partition("field `")[2].partition("`")[0]
    return _BODY
