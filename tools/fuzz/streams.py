"""Random streams of requests: valid ones, then also some where parsers differ."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from ishizue.http.dispatch import CACHED
from kirosample.costliest import sample
from kirosample.routes import ROUTES
from tools.servers import NOON

_DICTIONARY: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("dictionary.toml").read_text(encoding="utf-8")
)

_COSTLIEST = tuple(
    sample(method, path, number, NOON.date()).target
    for number, (method, path, _, cost) in enumerate(ROUTES)
    if method == "GET" and cost == CACHED
)
"""The costliest request of each route whose response is the same each time."""

ECHO = "/echo?"
"""A target of the fuzzer's application, to which a number is added: each request is distinct."""

LAST = "/echo?last"
"""A target whose response has `Connection: close` and is sent before the body is read."""

_RAW_LINE = f"GET {ECHO}\u685c HTTP/1.1".encode().decode("latin-1")
"""A request line whose target is raw UTF-8; right behind a body it is refused."""

_CRLF = b"\r\n"


def _parts(name: str) -> list[bytes]:
    return [text.encode("latin-1") for text in _DICTIONARY[name]]


def _fields(name: str) -> list[bytes]:
    return [part + _CRLF for part in _parts(name)]


_ODD_FIELDS = [
    *_fields("odd_fields"),
    b"A: b\n",
    b"A: b\r\n" * 101,
    b"A: %b\r\n" % (b"x" * 80_000),
]
_CHUNKED = b"Transfer-Encoding: chunked\r\n"
_PADDINGS = [*_parts("paddings"), b"\r\n" * 700]


@dataclass(frozen=True, slots=True)
class Stream:
    """What one connection gets."""

    reads: tuple[bytes, ...]
    """What the server reads at a time."""
    settled: bool
    """Whether each read comes after the responses to those before, or immediately."""
    owed: int
    """How many requests at its start are valid and complete, so each must get a response."""


def _head(line: str, *fields: bytes) -> bytes:
    return line.encode("latin-1") + b"\r\nHost: localhost\r\n" + b"".join(fields)


def _sized(head: bytes, content: bytes) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(content) + content


def _chunks(
    pieces: list[bytes], size: bytes = b"N", line: bytes = _CRLF, end: bytes = b"0\r\n\r\n"
) -> bytes:
    chunks = (
        size.replace(b"N", b"%x" % len(piece)) + line + piece + _CRLF for piece in pieces if piece
    )
    return b"".join(chunks) + end


def _framed(head: bytes, frame: bytes, fields: bytes, content: bytes, chunks: bytes) -> bytes:
    """A request with an odd frame, and a body of its kind."""
    if b"%" in frame:
        frame %= (len(content),) * frame.count(b"%")
    return head + frame + fields + _CRLF + (chunks if b"hunked" in frame.lower() else content)


def _mutated(data: bytes, at: int, junk: bytes, removed: int) -> bytes:
    at %= len(data)
    return data[:at] + junk + data[at + removed :]


def _stream(valid: list[bytes], others: list[bytes], kind: str, at: int, settled: bool) -> Stream:
    """The requests cut nowhere, behind each head, at one place, or byte by byte from there."""
    data = b"".join(valid + others)
    at %= len(data) + 1
    cuts: Sequence[int] = {
        "whole": [],
        "heads": [end + 4 for end in range(len(data)) if data.startswith(b"\r\n\r\n", end)],
        "one": [at],
        "bytes": range(at, min(len(data), at + 300)),
    }[kind]
    ends = sorted({*cuts, len(data)})
    reads = (data[a:b] for a, b in zip([0, *ends], ends, strict=False))
    return Stream(tuple(read for read in reads if read), settled, len(valid))


_methods = st.sampled_from(("GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"))
_places = st.integers(0, 2**20)
_lines = st.sampled_from(
    [f"GET {target} HTTP/1.1" for target in (*_DICTIONARY["targets"] * 8, *_COSTLIEST)]
) | st.builds(
    "{} {}{} HTTP/1.1".format, _methods, st.sampled_from([ECHO] * 9 + [LAST]), st.integers(1, 10**9)
)
_usual = st.sampled_from(
    _fields("valid_fields") * 10 + _fields("last_fields")
)  # few end the stream
_usual_fields = st.lists(_usual, max_size=2).map(b"".join)
_heads = st.builds(_head, _lines, _usual_fields)
_bare = _heads.map(lambda head: head + _CRLF)
_old = _bare.map(lambda head: head.replace(b"HTTP/1.1", b"HTTP/1.0"))
_expectations = st.sampled_from((*[b""] * 5, b"Expect: 100-continue\r\n"))
_expecting = st.builds(bytes.__add__, _heads, _expectations)
_contents = st.builds(bytes.__add__, st.sampled_from(_PADDINGS), st.just(b"") | _bare)
"""Bodies: in half of them is a request that must not be executed, behind some padding."""

_pieces = st.lists(_contents, min_size=1, max_size=3)
_with_length = st.builds(_sized, _expecting, _contents)
_with_chunks = st.builds(
    lambda head, body: head + _CHUNKED + _CRLF + body, _heads, _pieces.map(_chunks)
)
# `one_of` would draw each as often.
_valid = st.sampled_from((*[_bare] * 4, _with_length, _with_chunks)).flatmap(lambda chosen: chosen)
_odd_fields = st.lists(st.sampled_from(_ODD_FIELDS), min_size=1, max_size=2).map(b"".join)
_odd_heads = st.builds(_head, _lines, _usual_fields, _odd_fields, _usual_fields)
_odd_frames = st.sampled_from([_CHUNKED, *_fields("odd_frames")])
_odd_chunks = st.builds(
    _chunks,
    _pieces,
    st.sampled_from(_parts("sizes")),
    st.sampled_from(_parts("line_ends")),
    st.sampled_from(_parts("ends")),
)
_odd = st.one_of(
    _old,
    _odd_heads.map(lambda head: head + _CRLF),
    st.builds(_sized, _odd_heads, _contents),
    st.builds(_framed, _heads, _odd_frames, _usual_fields, _contents, _odd_chunks),
    st.builds(_head, st.just(_RAW_LINE), st.just(_CRLF)),
    st.builds(_head, st.just("CONNECT localhost:443 HTTP/1.1"), st.just(_CRLF)),
    st.builds(
        _mutated,
        _valid,
        _places,
        st.sampled_from(_parts("junk")),
        st.integers(0, 10) | _places,
    ),
)
streams = st.builds(
    _stream,
    st.lists(_valid, max_size=4),
    st.just([]) | st.lists(_odd | _valid, min_size=1, max_size=4),
    st.sampled_from(("whole", "heads", "heads", "one", "bytes")),
    _places,
    st.booleans(),
)
