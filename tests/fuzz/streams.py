"""Streams of requests for a fuzzer: most are nearly right, which is where parsers differ."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

FAST = (
    "/",
    "/date",
    "/date?date=2026-11-24",
    "/horoscope",
    "/horoscope?date=2026-11-24",
    "/horoscope/leo",
    "/horoscope/aries",
    "/quote",
    "/quote?date=2026-11-24",
    "/en",
    "/en/date",
    "/en/quote",
)
"""What the fast path serves from the page cache, once it is warm."""

SHARED = ("/favorites", "/en/favorites")
"""What it serves from a shared read."""

ECHO = "/echo?"
"""With a number, what only the fuzzer's own application serves: each request can be told apart."""

LAST = "/echo?last"
"""The same, answered before its body is read and with `Connection: close`."""

_BROWSER = (
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0\r\nAccept-Language: ja\r\n"
    b"Accept: text/html,*/*;q=0.8\r\nSec-Fetch-Mode: navigate\r\nCookie: visitor=a.b; other=c\r\n"
)
_PLAIN_FIELDS = (
    b"",
    b"Accept-Encoding: gzip\r\n",
    b"Accept-Encoding: gzip;q=0, br\r\n",
    b"If-None-Match: *\r\n",
    b'If-None-Match: "x"\r\n',
    b"Connection: keep-alive\r\n",
    b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n",
    b"X-Forwarded-Proto: http\r\n",
    b"Range: bytes=0-9\r\n",
    _BROWSER,
    _BROWSER + b"Accept-Encoding: gzip, deflate, br, zstd\r\n",
)
_LAST_FIELDS = (b"Connection: close\r\n", b"Connection: foo, Close\r\n")
_UPGRADES = (b"h2c", b"websocket", b"anything", b"HTTP/2.0, h2c", b"TLS/1.0")
_UPGRADE_OPTIONS = (
    b"Connection: Upgrade\r\n",
    b"Connection: keep-alive, Upgrade\r\n",
    b"connection:upgrade\r\n",
    b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n",
    b"Connection: foo\r\nConnection: upgrade\r\n",
    b"",
)
_HOSTS = (
    b"",
    b"Host: localhost\r\nHost: localhost\r\n",
    b"Host: localhost\r\nhost: evil.example\r\n",
    b"Host:\r\n",
    b"Host: a, b\r\n",
    b"Host : localhost\r\n",
    b"HOST:localhost\r\n",
    b"Host: http://localhost/\r\n",
)
_ODD_FIELDS = (
    b"A: b\r\n c\r\n",
    b"A: b\r\n\tConnection: close\r\n",
    b" A: b\r\n",
    b"A: b\n",
    b"A: b\nContent-Length: 5\r\n",
    b"A: b\rContent-Length: 5\r\n",
    b"A: b\r\r\n",
    b"A : b\r\n",
    b"A\t: b\r\n",
    b"A:\tb\t\r\n",
    b"A:\r\n",
    b": b\r\n",
    b"rubbish\r\n",
    b"A\x00B: c\r\n",
    b"A: b\x00c\r\n",
    b"A: b\x0bc\r\n",
    b"A: \xe3\x81\x82\r\n",
    b"\xe3\x81\x82: b\r\n",
    b"A(b): c\r\n",
    b"Content_Length: 5\r\n",
    b"Content-Length\x00: 5\r\n",
    b"X-Content-Length: 5\r\n",
    b"Transfer-Encoding\x0b: chunked\r\n",
    b"TE: trailers, chunked\r\n",
    b"Trailer: Content-Length\r\n",
    b"Keep-Alive: timeout=5\r\n",
    b"Connection: Content-Length\r\n",
    b"Connection: close, keep-alive\r\n",
    b"Connection:\r\n",
    b"Proxy-Connection: close\r\n",
    b"Expect: 100-continue\r\n",
    b"Expect: 200-ok\r\n",
    b"Upgrade: h2c\r\n",
    b"Upgrade:\r\nConnection: upgrade\r\n",
    b"Connection: upgrade\r\n",
    b"X-Forwarded-Proto:\r\nX-Forwarded-Proto: https\r\n",
    b"X-Forwarded-Proto:\r\n",
    b"X-Forwarded-Proto: https, http\r\n",
    b"X-Forwarded-For:\r\n",
    b"X-HTTP-Method-Override: DELETE\r\n",
    b"If-None-Match: \xff\r\nAccept-Encoding: GZIP;q=1\r\n",
)
_ODD_FRAMES = (
    b"Content-Length: %d\r\nContent-Length: %d\r\n",
    b"Content-Length: %d\r\nContent-Length: 0\r\n",
    b"Content-Length: 0\r\nContent-Length: %d\r\n",
    b"Content-Length: %d, %d\r\n",
    b"Content-Length: +%d\r\n",
    b"Content-Length: -%d\r\n",
    b"Content-Length: 0%d\r\n",
    b"Content-Length: 0x%x\r\n",
    b"Content-Length: %d.0\r\n",
    b"Content-Length: %d \r\n",
    b"Content-Length:\t%d\r\n",
    b"Content-Length : %d\r\n",
    b"Content-Length:\r\n %d\r\n",
    b"Content-Length:\r\n",
    b"content-length:%d\r\n",
    b"Content-Length: 18446744073709551617\r\n",
    b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: %d\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    b"Transfer-Encoding: chunked, chunked\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"Transfer-Encoding: chunked, gzip\r\n",
    b"Transfer-Encoding: identity\r\n",
    b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding: chunked;q=1\r\n",
    b"Transfer-Encoding:\x0bchunked\r\n",
    b"Transfer-Encoding: chunked\t\r\n",
    b"Transfer-Encoding:\tCHUNKED\r\n",
    b"Transfer-Encoding : chunked\r\n",
    b"Transfer-Encoding:\r\n chunked\r\n",
    b"Transfer-Encoding:\r\n",
    b"Transfer_Encoding: chunked\r\n",
    b"",
)
_ODD_TARGETS = (
    "http://localhost/date",
    "http://evil.example/echo?1",
    "https://user@localhost:1/date",
    "//date",
    "/date#x",
    "/date?",
    "/d%61te",
    "/date/../quote",
    "*",
    "localhost:443",
    "date",
    "?date",
    "/%00",
    "/\xe3\x81\x82",
    "/date?" + "&".join("abcdefghij" * 6),
    "/date?" + "&".join("abcdefghij" * 7),
    "/echo?" + "x" * 8000,
    "/echo?" + "x" * 9000,
)
_ODD_LINES = (
    "get {target} HTTP/1.1",
    "GETS {target} HTTP/1.1",
    "PRI * HTTP/2.0",
    "PATCH {target} HTTP/1.1",
    "TRACE {target} HTTP/1.1",
    "GET  {target} HTTP/1.1",
    "GET {target}  HTTP/1.1",
    "GET\t{target} HTTP/1.1",
    " GET {target} HTTP/1.1",
    "GET {target} HTTP/1.1 ",
    "GET {target} HTTP/1.10",
    "GET {target} HTTP/1.2",
    "GET {target} HTTP/0.9",
    "GET {target} HTTP/2.0",
    "GET {target} http/1.1",
    "GET {target} HTTP/1.1\r",
    "GET {target}",
    "CONNECT {target} HTTP/1.1",
)
_JUNK = (
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"\x00",
    b"x",
    b" ",
    b"0\r\n\r\n",
    b"\x16\x03\x01\x02\x00",
)
_MUTATIONS = (b"\r", b"\n", b"\r\n", b" ", b"\t", b"\x00", b":", b"0", b",", b"\xff", b"\x0b")


@dataclass(frozen=True, slots=True)
class Stream:
    """What is sent over one connection, and how the server reads it."""

    data: bytes
    starts: tuple[int, ...] = ()
    """Where its requests start, as far as it was made of some."""
    cuts: tuple[int, ...] = ()
    """Where one read ends and the next begins."""
    settled: bool = True
    """Whether each read comes when all before it is answered, or immediately."""

    def reads(self) -> list[bytes]:
        ends = (*self.cuts, len(self.data))
        return [self.data[a:b] for a, b in zip((0, *self.cuts), ends, strict=True) if a < b]

    def without(self, start: int, end: int) -> "Stream":
        """The same with these bytes left out."""

        def moved(offsets: tuple[int, ...]) -> tuple[int, ...]:
            kept = {at if at <= start else max(start, at - (end - start)) for at in offsets}
            return tuple(sorted(kept))

        data = self.data[:start] + self.data[end:]
        return Stream(data, moved(self.starts), moved(self.cuts), self.settled)


class Maker:
    """Makes streams by chance; the same ones from the same source of chance."""

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
        """Often where something begins or ends; now and then everywhere."""
        chance = self._chance
        kind = chance.choice(
            ("one", "one", "parts", "parts", "heads", "any", "any", "any", "bytes")
        )
        if kind == "parts":
            cuts = set(starts)
        elif kind == "heads":
            cuts = {at + 4 for at in range(len(data)) if data.startswith(b"\r\n\r\n", at)}
        elif kind == "any":
            cuts = {chance.randrange(len(data) + 1) for _ in range(chance.choice((1, 1, 2, 4)))}
        elif kind == "bytes":
            start = chance.randrange(max(1, len(data) - 300))
            cuts = set(range(start, min(len(data), start + chance.choice((4, 40, 300)))))
        else:
            cuts = set()
        return tuple(sorted(at for at in cuts if 0 < at < len(data)))

    def _mutated(self, data: bytes) -> bytes:
        chance = self._chance
        for _ in range(chance.choice((1, 1, 2))):
            at = chance.randrange(len(data) + 1)
            until = at + chance.choice((0, 0, 1, 2, 10))
            data = data[:at] + chance.choice((*_MUTATIONS, b"")) + data[until:]
        return data

    def _request(self, oddities: float, *, within: bool = False) -> bytes:
        """A request; one within a body is simple, and cannot be told from any other."""
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
        """The field that frames a body, and the body."""
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
        """Mostly requests, which nobody may execute; often behind what a parser may skip."""
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
            told = b"%x" % size
            if odd():
                told = chance.choice(
                    (
                        told.upper(),
                        b"000" + told,
                        b"0x" + told,
                        b"-" + told,
                        told + b" ",
                        b" " + told,
                        told + b";a=b",
                        told + b';a="\r\n0\r\n\r\n"',
                        told + b";\xff",
                        told + b";a\n",
                        b"%x" % (size + chance.choice((-1, 1, 2))),
                        b"f" * 16,
                        b"1" + b"0" * 16 + told,
                        b"",
                    )
                )
            yield told + (chance.choice((b"\n", b"\r", b"\r\r\n", b"")) if odd() else b"\r\n")
            yield content[:size]
            yield chance.choice((b"\n", b"", b"xx", b"\r\n\r\n")) if odd() else b"\r\n"
            content = content[size:]
        if odd():
            yield chance.choice(
                (b"0\r\n", b"00\r\n\r\n", b"0\n\n", b"0;a\r\n\r\n", b"0 \r\n\r\n", b"")
            )
        elif chance.random() < 0.2:
            yield (
                b"0\r\n"
                + chance.choice((b"A: b\r\n", b"Content-Length: 5\r\nHost: x\r\n"))
                + b"\r\n"
            )
        else:
            yield b"0\r\n\r\n"
