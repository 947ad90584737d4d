"""Random streams of requests, most of them almost valid, where parsers differ."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

FAST = (
    *("/", "/date", "/date?date=2026-11-24", "/horoscope", "/horoscope?date=2026-11-24"),
    *("/horoscope/leo", "/quote", "/quote?date=2026-11-24", "/en", "/en/date"),
)
"""What the fast path serves from a warm page cache."""

SHARED = ("/favorites", "/en/favorites")
"""What it serves from a shared read."""

ECHO = "/echo?"
"""With a number, served by the fuzzer's application: each request is distinct."""

LAST = "/echo?last"
"""The same, with a response before its body is read and with `Connection: close`."""


def _parts(text: str) -> tuple[bytes, ...]:
    """What is between `¦`."""
    return tuple(part.encode("latin-1") for part in text.split("¦"))


def _fields(text: str) -> tuple[bytes, ...]:
    """Header fields; `L` is Content-Length and `T` Transfer-Encoding."""
    named = text.replace("L:", "Content-Length:").replace("T:", "Transfer-Encoding:")
    return tuple(field + b"\r\n" for field in _parts(named))


_HOST = b"Host: localhost\r\n"
_BROWSER = (
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0\r\nAccept-Language: ja\r\n"
    b"Accept-Encoding: gzip, deflate, br, zstd\r\nCookie: visitor=a.b; other=c\r\n"
)
_VALID_FIELDS = (
    *(b"", _BROWSER, b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"),
    *_fields("Accept-Encoding: gzip¦Accept-Encoding: gzip;q=0, br¦Connection: keep-alive"),
    *_fields('If-None-Match: *¦If-None-Match: "x"¦X-Forwarded-Proto: http¦Range: bytes=0-9'),
)
_LAST_FIELDS = _fields("Connection: close¦Connection: foo, Close")
_UPGRADES = (
    *_fields("Upgrade: h2c\r\nConnection: Upgrade¦connection:upgrade\r\nUpgrade: websocket"),
    *_fields("Connection: foo\r\nConnection: upgrade\r\nUpgrade: HTTP/2.0, h2c"),
)
_ODD_FIELDS = (
    *(b"A: b\n", b"A: b\nContent-Length: 5\r\n", b"A: b\rContent-Length: 5\r\n"),
    *_fields("Host: evil.example¦Host : localhost¦A: b\r\n c¦A: b\r\n\tConnection: close¦ A: b"),
    *_fields("Content_Length: 5¦Content-Length\0: 5¦Transfer-Encoding\x0b: chunked¦A : b¦rubbish"),
    *_fields("Trailer: Content-Length¦Expect: 100-continue¦Connection: Content-Length¦A: b\0c"),
    *_fields("Connection: close, keep-alive¦Connection: upgrade¦Upgrade: h2c¦A: \xe3\x81\x82"),
    *(b"A: b\r\n" * 101, b"A: %b\r\n" % (b"x" * 80_000)),
)
_ODD_FRAMES = (
    *_fields("L: %d\r\nL: %d¦L: %d\r\nL: 0¦L: 0\r\nL: %d¦L: %d, %d¦L: +%d¦L: -%d¦L: 0%d¦L: 0x%x"),
    *_fields("L: %d.0¦L: %d ¦L:\t%d¦Content-Length : %d¦L:\r\n %d¦L:¦L: 18446744073709551617"),
    *_fields("L: %d\r\nT: chunked¦T: chunked\r\nL: %d¦T: chunked\r\nT: chunked¦T: identity"),
    *_fields("T: gzip, chunked¦T: chunked, gzip¦T: xchunked¦T: chunked;q=1¦T:\x0bchunked¦T:"),
    *_fields("T: chunked\t¦T:\tCHUNKED¦T:\r\n chunked¦Transfer-Encoding : chunked"),
)
_ODD_SIZES = _parts('0xN¦-N¦N ¦ N¦N;a=b¦N;a="\r\n0\r\n\r\n"¦N;a\n¦ffffffffffffffff¦1N¦')
"""Chunk sizes; `N` is the right one."""

_END = b"0\r\n\r\n"
_ODD_ENDS = _parts("0\r\n¦0\n\n¦0;a\r\n\r\n¦0\r\nA: b\r\n\r\n¦0\r\nContent-Length: 5\r\n\r\n¦")
_PADDINGS = (*_parts("¦\r\n¦x¦0\r\n\r\n"), b"\r\n" * 700)
_JUNK = _parts("\r\n¦\n¦\0¦x¦ ¦0\r\n\r\n¦\x16\x03\x01\x02\0")
_MUTATIONS = _parts("¦\r¦\n¦\r\n¦ ¦\t¦\0¦:¦0¦,¦\xff")
_PERCENT = st.integers(0, 99)
_sampled_from = cache(st.sampled_from)  # making strategies takes longer than drawing from them


@dataclass(frozen=True, slots=True)
class Stream:
    """What one connection gets."""

    reads: tuple[bytes, ...]
    """What the server reads at a time."""
    settled: bool
    """Whether each read comes after the responses to those before, or immediately."""
    owed: int
    """How many requests at its start are valid and complete, so each must get a response."""


@st.composite
def streams(draw: Callable[..., Any]) -> Stream:
    """Streams of one to six requests, in random reads."""
    maker = _Maker(draw, draw(st.sampled_from((0, 0, 3, 5, 15, 50))))
    data, owed, valid_until = b"", 0, 0
    for _ in range(draw(st.integers(1, 6))):
        data += maker.request()
        if not maker.was_odd:
            owed, valid_until = owed + 1, len(data)
        if maker.odd():
            data += maker.one_of(_JUNK)
    if maker.odd():
        at = draw(st.integers(0, len(data)))
        data = data[:at] + maker.one_of(_MUTATIONS) + data[at + draw(st.integers(0, 10)) :]
        owed = owed if valid_until <= at else 0
    if maker.chance(5):
        data = data[: draw(st.integers(1, len(data)))]
        owed = owed if valid_until <= len(data) else 0
    return Stream(_reads(maker, data), maker.chance(70), owed)


def _reads(maker: "_Maker", data: bytes) -> tuple[bytes, ...]:
    """The data cut nowhere, behind each head, or anywhere, often byte by byte."""
    kind = maker.one_of(("whole", "heads", "any", "bytes"))
    cuts = set[int]()
    if kind == "heads":
        cuts = {at + 4 for at in range(len(data)) if data.startswith(b"\r\n\r\n", at)}
    elif kind == "any":
        cuts = maker.draw(st.sets(st.integers(0, len(data)), min_size=1, max_size=4))
    elif kind == "bytes":
        start = maker.draw(st.integers(0, max(0, len(data) - 300)))
        cuts = set(range(start, start + maker.one_of((4, 40, 300))))
    ends = sorted({*cuts, len(data)})
    reads = (data[a:b] for a, b in zip([0, *ends], ends, strict=False))
    return tuple(read for read in reads if read)


class _Maker:
    """Draws parts of a stream, with a percentage of odd ones."""

    def __init__(self, draw: Callable[..., Any], odd_percent: int) -> None:
        self.draw = draw
        self.was_odd = False
        self._odd_percent = odd_percent
        self._number = 0

    def one_of(self, choices: tuple[Any, ...]) -> Any:
        return self.draw(_sampled_from(choices))

    def chance(self, percent: int) -> bool:
        return percent > 0 and self.draw(_PERCENT) >= 100 - percent

    def odd(self) -> bool:
        if not self.chance(self._odd_percent):
            return False
        self.was_odd = True
        return True

    def request(self, *, within: bool = False) -> bytes:
        """A request; one within a body has no body."""
        target, method = self._target()
        old = self.chance(4)
        line = f"{method} {target} HTTP/{'1.0' if old else '1.1'}"
        fields = [_HOST, self.one_of(_VALID_FIELDS)]
        if self.chance(5):
            fields.append(self.one_of(_LAST_FIELDS))
        while self.odd():
            fields.append(self.one_of(_ODD_FIELDS))
        body = b""
        if not within:
            if self.chance(12):
                fields.append(self.one_of(_UPGRADES))
            elif self.chance(4):
                line, self.was_odd = "CONNECT localhost:443 HTTP/1.1", True
            if self.chance(35):
                frame, body = self._body(old=old)
                fields.insert(self.draw(st.integers(0, len(fields))), frame)
                if self.chance(10):
                    fields.append(b"Expect: 100-continue\r\n")
        return line.encode("latin-1") + b"\r\n" + b"".join(fields) + b"\r\n" + body

    def _target(self) -> tuple[str, str]:
        kind = self.draw(_PERCENT)
        if kind < 45:
            return self.one_of(FAST if kind < 35 else SHARED), "GET"
        self._number += 1
        method = self.one_of(("GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"))
        return f"{LAST if kind > 96 else ECHO}{self._number}", method

    def _body(self, *, old: bool) -> tuple[bytes, bytes]:
        """A frame, and a body of a request that must not be executed, behind some padding."""
        content: bytes = self.one_of(_PADDINGS) + (
            self.request(within=True) if self.chance(80) else b""
        )
        if self.odd():
            frame = self.one_of(_ODD_FRAMES)
            if b"%" in frame:
                frame %= (len(content),) * frame.count(b"%")
            chunked = b"hunked" in frame.lower() and self.chance(70)
            return frame, self._chunks(content) if chunked else content
        if self.chance(50) and not old:
            return b"Transfer-Encoding: chunked\r\n", self._chunks(content)
        length = len(content) + (self.one_of((1, 2, -1, -2)) if self.odd() else 0)
        return b"Content-Length: %d\r\n" % max(0, length), content

    def _chunks(self, content: bytes) -> bytes:
        chunks = b""
        while content:
            size = self.draw(st.integers(1, len(content))) if self.chance(40) else len(content)
            length = b"%x" % size
            if self.odd():
                length = self.one_of(_ODD_SIZES).replace(b"N", length)
            chunks += length + (
                self.one_of((b"\n", b"\r", b"", b"\r\r\n")) if self.odd() else b"\r\n"
            )
            chunks += content[:size]
            chunks += self.one_of((b"\n", b"", b"xx", b"\r\n\r\n")) if self.odd() else b"\r\n"
            content = content[size:]
        return chunks + (self.one_of(_ODD_ENDS) if self.odd() else _END)
