"""Random streams of requests, most of them almost valid, where parsers differ."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

FAST = (
    *("/", "/date", "/date?date=2026-11-24", "/horoscope", "/horoscope?date=2026-11-24"),
    *("/horoscope/leo", "/horoscope/aries", "/quote", "/quote?date=2026-11-24"),
    *("/en", "/en/date", "/en/quote"),
)
"""What the fast path serves from a warm page cache."""

SHARED = ("/favorites", "/en/favorites")
"""What it serves from a shared read."""

ECHO = "/echo?"
"""With a number, served by the fuzzer's application: each request is distinct."""

LAST = "/echo?last"
"""The same, with a response before its body is read and with `Connection: close`."""


def _fields(text: str) -> tuple[bytes, ...]:
    """The fields between `¦`; `L` is Content-Length and `T` Transfer-Encoding."""
    named = text.replace("L:", "Content-Length:").replace("T:", "Transfer-Encoding:")
    return tuple(f"{field}\r\n".encode("latin-1") for field in named.split("¦"))


_BROWSER = (
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0\r\nAccept-Language: ja\r\n"
    b"Accept: text/html,*/*;q=0.8\r\nSec-Fetch-Mode: navigate\r\nCookie: visitor=a.b; other=c\r\n"
)
_PLAIN_FIELDS = (
    b"",
    *_fields("Accept-Encoding: gzip¦Accept-Encoding: gzip;q=0, br¦Connection: keep-alive"),
    *_fields('If-None-Match: *¦If-None-Match: "x"¦X-Forwarded-Proto: http¦Range: bytes=0-9'),
    b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n",
    _BROWSER,
    _BROWSER + b"Accept-Encoding: gzip, deflate, br, zstd\r\n",
)
_LAST_FIELDS = _fields("Connection: close¦Connection: foo, Close")
_UPGRADES = (b"h2c", b"websocket", b"anything", b"HTTP/2.0, h2c", b"TLS/1.0")
_UPGRADE_OPTIONS = (
    *_fields("Connection: Upgrade¦Connection: keep-alive, Upgrade¦connection:upgrade"),
    b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n",
    b"Connection: foo\r\nConnection: upgrade\r\n",
    b"",
)
_HOSTS = (
    *(b"", b"HOST:localhost\r\n"),
    *_fields("Host: localhost\r\nHost: localhost¦Host: localhost\r\nhost: evil.example"),
    *_fields("Host:¦Host: a, b¦Host : localhost¦Host: http://localhost/"),
)
_ODD_FIELDS = (
    *(b"A: b\n", b"A: b\nContent-Length: 5\r\n", b"A: b\rContent-Length: 5\r\n"),
    *_fields("A: b\r\n c¦A: b\r\n\tConnection: close¦ A: b¦A: b\r¦A : b¦A\t: b¦A:\tb\t¦A:¦: b"),
    *_fields("rubbish¦A\0B: c¦A: b\0c¦A: b\x0bc¦A: \xe3\x81\x82¦\xe3\x81\x82: b¦A(b): c"),
    *_fields("Content_Length: 5¦Content-Length\0: 5¦X-L: 5¦Transfer-Encoding\x0b: chunked"),
    *_fields("TE: trailers, chunked¦Trailer: Content-Length¦Keep-Alive: timeout=5"),
    *_fields("Connection: Content-Length¦Connection: close, keep-alive¦Connection:"),
    *_fields("Proxy-Connection: close¦Expect: 100-continue¦Expect: 200-ok"),
    *_fields("Upgrade: h2c¦Upgrade:\r\nConnection: upgrade¦Connection: upgrade"),
    *_fields("X-Forwarded-Proto:\r\nX-Forwarded-Proto: https¦X-Forwarded-Proto:"),
    *_fields("X-Forwarded-Proto: https, http¦X-Forwarded-For:¦X-HTTP-Method-Override: DELETE"),
    *_fields("If-None-Match: \xff\r\nAccept-Encoding: GZIP;q=1"),
    *(b"A: b\r\n" * 90, b"A: b\r\n" * 101, b"A: %b\r\n" % (b"x" * 80_000)),
)
_ODD_FRAMES = (
    b"",
    *_fields("L: %d\r\nL: %d¦L: %d\r\nL: 0¦L: 0\r\nL: %d¦L: %d, %d¦L: +%d¦L: -%d¦L: 0%d¦L: 0x%x"),
    *_fields("L: %d.0¦L: %d ¦L:\t%d¦Content-Length : %d¦L:\r\n %d¦L:¦content-length:%d"),
    *_fields("L: 18446744073709551617¦L: %d\r\nT: chunked¦T: chunked\r\nL: %d¦T: chunked\r\nL: 0"),
    *_fields("T: chunked\r\nT: chunked¦T: chunked\r\nT: identity¦T: chunked, chunked¦T: identity"),
    *_fields("T: gzip, chunked¦T: chunked, gzip¦T: xchunked¦T: chunked;q=1¦T:\x0bchunked¦T:"),
    *_fields("T: chunked\t¦T:\tCHUNKED¦T:\r\n chunked"),
    *_fields("Transfer-Encoding : chunked¦Transfer_Encoding: chunked"),
)
_ODD_TARGETS = (
    *("http://localhost/date", "http://evil.example/echo?1", "https://user@localhost:1/date"),
    *("//date", "/date#x", "/date?", "/d%61te", "/date/../quote", "*", "localhost:443", "date"),
    *("?date", "/%00", "/\xe3\x81\x82", "/echo?" + "x" * 8000, "/echo?" + "x" * 9000),
    *("/date?" + "&".join("abcdefghij" * 6), "/date?" + "&".join("abcdefghij" * 7)),
)
_ODD_LINES = (
    *(f"{method} {{target}} HTTP/1.1" for method in ("get", "GETS", "PATCH", "TRACE", "CONNECT")),
    *(
        f"GET {{target}} HTTP/{version}"
        for version in ("1.10", "1.2", "0.9", "2.0", "1.1 ", "1.1\r")
    ),
    *(
        "PRI * HTTP/2.0",
        "GET  {target} HTTP/1.1",
        "GET {target}  HTTP/1.1",
        " GET {target} HTTP/1.1",
    ),
    *("GET\t{target} HTTP/1.1", "GET {target} http/1.1", "GET {target}"),
)
_JUNK = (
    *(b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\x00", b"x", b" ", b"0\r\n\r\n"),
    b"\x16\x03\x01\x02\x00",
)
_MUTATIONS = (b"\r", b"\n", b"\r\n", b" ", b"\t", b"\x00", b":", b"0", b",", b"\xff", b"\x0b", b"")
_ODD_SIZES = (
    *(b"000N", b"0xN", b"-N", b"N ", b" N", b"N;a=b", b'N;a="\r\n0\r\n\r\n"', b"N;\xff", b"N;a\n"),
    *(b"f" * 16, b"1" + b"0" * 16 + b"N", b""),
)
"""Chunk sizes; `N` is the right one."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The bytes for one connection, and how the server reads them."""

    data: bytes
    starts: tuple[int, ...] = ()
    """The offsets of its requests."""
    cuts: tuple[int, ...] = ()
    """The offsets where a read ends and the next begins."""
    settled: bool = True
    """Whether each read comes after the responses to those before, or immediately."""

    def reads(self) -> list[bytes]:
        ends = (*self.cuts, len(self.data))
        return [self.data[a:b] for a, b in zip((0, *self.cuts), ends, strict=True) if a < b]

    def without(self, start: int, end: int) -> "Stream":
        def moved(offsets: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(sorted({min(at, max(start, at - (end - start))) for at in offsets}))

        data = self.data[:start] + self.data[end:]
        return Stream(data, moved(self.starts), moved(self.cuts), self.settled)


class Maker:
    """Makes random streams; the same ones from the same source."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._number = 0

    def stream(self) -> Stream:
        chance = self._chance
        oddities = chance.choice((0, 0, 0, 0.05, 0.15, 0.5))
        parts: list[bytes] = []
        for _ in range(chance.choice((1, 1, 2, 2, 3, 4, 6))):
            parts.append(self._request(oddities))
            if chance.random() < oddities / 3:
                parts.append(chance.choice(_JUNK))
        if chance.random() < 0.05:
            parts[-1] = parts[-1][: chance.randrange(len(parts[-1]))]
        data = b"".join(parts)
        starts = tuple(len(b"".join(parts[:count])) for count in range(len(parts)))
        if chance.random() < oddities:
            data = self._mutated(data)
        return Stream(data, starts, self._cuts(data, starts), chance.random() < 0.7)

    def _cuts(self, data: bytes, starts: Sequence[int]) -> tuple[int, ...]:
        """Often at boundaries, sometimes everywhere."""
        chance = self._chance
        kind = chance.choices(("one", "parts", "heads", "any", "bytes"), (2, 2, 1, 3, 1))[0]
        cuts = set[int]()
        if kind == "parts":
            cuts = set(starts)
        elif kind == "heads":
            cuts = {at + 4 for at in range(len(data)) if data.startswith(b"\r\n\r\n", at)}
        elif kind == "any":
            cuts = {chance.randrange(len(data) + 1) for _ in range(chance.choice((1, 1, 2, 4)))}
        elif kind == "bytes":
            start = chance.randrange(max(1, len(data) - 300))
            cuts = set(range(start, min(len(data), start + chance.choice((4, 40, 300)))))
        return tuple(sorted(at for at in cuts if 0 < at < len(data)))

    def _mutated(self, data: bytes) -> bytes:
        chance = self._chance
        for _ in range(chance.choice((1, 1, 2))):
            at = chance.randrange(len(data) + 1)
            until = at + chance.choice((0, 0, 1, 2, 10))
            data = data[:at] + chance.choice(_MUTATIONS) + data[until:]
        return data

    def _request(self, oddities: float, *, within: bool = False) -> bytes:
        """A request; one within a body is valid."""
        chance = self._chance

        def odd() -> bool:
            return chance.random() < oddities

        version = "1.0" if chance.random() < 0.04 else "1.1"
        target, method = self._target(), "GET"
        if target.startswith(ECHO):
            method = chance.choice(("GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"))
        line = f"{method} {chance.choice(_ODD_TARGETS) if odd() else target} HTTP/{version}"
        if odd():
            line = chance.choice(_ODD_LINES).format(target=target)
        fields = [chance.choice(_HOSTS) if odd() else b"Host: localhost\r\n"]
        if chance.random() < 0.4:
            fields.append(chance.choice(_PLAIN_FIELDS))
        if chance.random() < 0.05:
            fields.append(chance.choice(_LAST_FIELDS))
        while odd():
            fields.append(chance.choice(_ODD_FIELDS))
        body = b""
        if not within:
            if chance.random() < 0.12:
                offer = b"Upgrade: %b\r\n" % chance.choice(_UPGRADES)
                option = chance.choice(_UPGRADE_OPTIONS)
                fields += [offer, option] if chance.random() < 0.5 else [option, offer]
            elif chance.random() < 0.04:
                line = f"CONNECT localhost:{chance.choice((80, 443))} HTTP/1.1"
            if chance.random() < 0.35:
                frame, body = self._body(odd)
                fields.insert(chance.randrange(len(fields) + 1), frame)
                if chance.random() < 0.1:
                    fields.append(b"Expect: 100-continue\r\n")
        head = line.encode("latin-1") + b"\r\n" + b"".join(fields)
        return head + b"\r\n" + body

    def _target(self) -> str:
        kind = self._chance.random()
        if kind < 0.35:
            return self._chance.choice(FAST)
        if kind < 0.45:
            return self._chance.choice(SHARED)
        self._number += 1
        return f"{LAST if kind > 0.97 else ECHO}{self._number}"

    def _body(self, odd: Callable[[], bool]) -> tuple[bytes, bytes]:
        chance = self._chance
        content = self._content()
        if odd():
            frame = chance.choice(_ODD_FRAMES)
            frame = frame % ((len(content),) * frame.count(b"%")) if b"%" in frame else frame
            chunked = b"hunked" in frame.lower() and chance.random() < 0.7
            return frame, b"".join(self._chunks(content, odd)) if chunked else content
        if chance.random() < 0.5:
            length = len(content) + (chance.choice((-2, -1, 1, 2)) if odd() else 0)
            return b"Content-Length: %d\r\n" % max(0, length), content
        return b"Transfer-Encoding: chunked\r\n", b"".join(self._chunks(content, odd))

    def _content(self) -> bytes:
        """Mostly requests, which must not be executed, often after bytes that a parser may skip."""
        chance = self._chance
        if chance.random() < 0.2:
            return chance.choice((b"", b"hello", b"0\r\n\r\n", b"\r\n\r\n", b"{}"))
        padding = chance.choice((b"", b"", b"\r\n", b"x", b"0\r\n\r\n", b"x" * 100, b"\r\n" * 700))
        requests = [self._request(0, within=True) for _ in range(chance.choice((1, 1, 2)))]
        if chance.random() < 0.3:
            requests[-1] = requests[-1].removesuffix(b"\r\n") + b"X-Rest: "
        return padding + b"".join(requests)

    def _chunks(self, content: bytes, odd: Callable[[], bool]) -> Iterator[bytes]:
        chance = self._chance
        while content:
            size = len(content) if chance.random() < 0.6 else chance.randrange(len(content)) + 1
            length = b"%x" % size
            if odd():
                wrong = b"%x" % (size + chance.choice((-1, 1, 2)))
                odd_size = chance.choice((*_ODD_SIZES, length.upper(), wrong))
                length = odd_size.replace(b"N", length)
            yield length + (chance.choice((b"\n", b"\r", b"\r\r\n", b"")) if odd() else b"\r\n")
            yield content[:size]
            yield chance.choice((b"\n", b"", b"xx", b"\r\n\r\n")) if odd() else b"\r\n"
            content = content[size:]
        trailers = (b"A: b\r\n", b"Content-Length: 5\r\nHost: x\r\n", b"A: b\r\n" * 101)
        if odd():
            ends = (b"0\r\n", b"00\r\n\r\n", b"0\n\n", b"0;a\r\n\r\n", b"0 \r\n\r\n", b"")
            yield chance.choice(ends)
        else:
            yield b"0\r\n%b\r\n" % (chance.choice(trailers) if chance.random() < 0.2 else b"")
