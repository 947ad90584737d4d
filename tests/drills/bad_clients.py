"""7: clients that do what no browser does, beside people who only want their page."""

import asyncio
import os
import random
import socket
from collections import Counter
from contextlib import suppress
from uuid import uuid4

from tests.drills.crowd import ITEMS, Crowd, show, slowest, statuses
from tests.drills.outcome import Outcome, outcome
from tests.drills.wire import Answer, Cut, Link, request
from tests.drills.world import world

TITLE = "clients that vanish, trickle, never read, pipeline, smuggle or send rubbish"
_GOOD_SECONDS = 1
_GROWTH_MB = 64
_DEAF = 200
_SOCKETS_MB = 128
_POST = b"POST /api/favorites HTTP/1.1\r\nHost: x\r\n"
_RUBBISH = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),  # TLS
    b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    b"GET /\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    _POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    _POST + b"Content-Length: -1\r\n\r\n",
    _POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nhi\r\n0\r\n\r\n",
    b"GET /\x00\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%ff%00?date=%00 HTTP/1.1\r\nHost: \xff\xfe\r\nConnection: close\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\r\n" * 5000,
)


async def drill(*, seconds: float = 8) -> Outcome:
    async with world() as here:
        crowd, port = Crowd(), here.server.port
        bad = _Bad(crowd)
        good = [
            *(crowd.liker(port) for _ in range(8)),
            *(crowd.reader(port) for _ in range(16)),
        ]
        async with crowd.busy(*good):
            await crowd.answered()
        before, crowd.samples = here.server.memory(), []
        kinds = [bad.vanish, bad.deaf, bad.trickle, bad.trickle, bad.pipeline, bad.rubbish]
        kinds += [bad.smuggle]
        again = [
            *(crowd.liker(port) for _ in range(8)),
            *(crowd.reader(port) for _ in range(16)),
            *(crowd.repeat(port, kind) for kind in kinds * 4),
        ]
        deaf = [await _greedy_and_deaf(port) for _ in range(8)]
        try:
            async with crowd.busy(*again):
                deaf += [await _deaf(port) for _ in range(_DEAF)]
                await asyncio.sleep(seconds)
                growth = here.server.memory() - before
                held = here.server.socket_buffers()
        finally:
            for one in deaf:
                one.close()
        result = await outcome(TITLE, crowd, here)
        pages, writes = crowd.of("page"), crowd.of("write")
        result.note(f"good clients' pages: {show(pages)}, writes: {show(writes)}")
        result.within("their slowest request", slowest(pages + writes), _GOOD_SECONDS)
        result.require(set(statuses(pages)) == {200}, f"pages: {show(pages)}")
        result.require(set(statuses(writes)) <= {200, 201, 503}, f"writes: {show(writes)}")
        result.note(
            "bad ones: " + ", ".join(f"{n:,} x {what}" for what, n in sorted(bad.did.items()))
        )
        result.note(f"memory grew by {growth:.1f} MB (at most {_GROWTH_MB})")
        result.require(growth < _GROWTH_MB, f"memory grew by {growth:.1f} MB")
        result.note(
            f"{_DEAF} that never read hold {held:.0f} MB of sockets (at most {_SOCKETS_MB})"
        )
        result.require(held < _SOCKETS_MB, f"sockets hold {held:.0f} MB")
        result.require(not bad.wrong, f"bad clients were answered wrongly: {bad.wrong[:5]}")
        result.require(len(bad.did) >= 5, f"some bad clients did nothing: {dict(bad.did)}")
        return result


class _Bad:
    """Each does one bad thing, and notes what came of it."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self.did: Counter[str] = Counter()
        self.wrong: list[str] = []

    async def vanish(self, link: Link) -> None:
        """Half a request, or a whole like whose answer nobody waits for; then a reset."""
        visitor, item = uuid4(), random.choice(ITEMS[:20])
        raw = self._crowd.like_request(item, visitor)
        part = random.choice((len(raw), random.randrange(1, len(raw))))
        await link.open()
        self._crowd.ledger.send(f"quote:{item}", visitor)
        await link.send(raw[:part])
        await asyncio.sleep(random.choice((0, 0.002, 0.05)))
        await link.vanish()
        self.did["vanished"] += 1

    async def trickle(self, link: Link) -> None:
        """A like, byte by byte."""
        visitor, item = uuid4(), random.choice(ITEMS[:20])
        await link.open()
        self._crowd.ledger.send(f"quote:{item}", visitor)
        for byte in self._crowd.like_request(item, visitor):
            await link.send(bytes([byte]))
            await asyncio.sleep(0.001)
        answer = await link.receive()
        self._crowd.settle_like(item, visitor, answer)
        self._expect("byte by byte", answer, (201, 503))

    async def pipeline(self, link: Link) -> None:
        """Likes and pages in one piece; the answers come in order."""
        likes = [(random.choice(ITEMS[:20]), uuid4()) for _ in range(5)]
        await link.open()
        raw = b""
        for item, visitor in likes:
            self._crowd.ledger.send(f"quote:{item}", visitor)
            raw += self._crowd.like_request(item, visitor) + request("GET", f"/quote/{item}")
        await link.send(raw)
        for item, visitor in likes:
            answer = await link.receive()
            self._crowd.settle_like(item, visitor, answer)
            self._expect("like in a pipeline", answer, (201, 503))
            page = await link.receive()
            if page.status != 200 or item.encode() not in page.body:
                self.wrong.append(f"the page in a pipeline: {page.status}")

    async def deaf(self, link: Link) -> None:
        """Asks for ever more pages, a few at a time, and reads none of them."""
        await link.open()
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await link.send(request("GET", "/date") * 10)
        self.did["ten pages never read"] += 1
        await asyncio.sleep(0.02)

    async def smuggle(self, link: Link) -> None:
        """A like in the body of a request that offers an upgrade: executed, it would be untrue."""
        inner = self._crowd.like_request(random.choice(ITEMS[:20]), uuid4())
        offer = {"Connection": "Upgrade", "Upgrade": "h2c", "Content-Length": str(len(inner))}
        await link.open()
        try:
            await link.send(request("GET", "/date", offer))
            await asyncio.sleep(0.02)
            await link.send(inner)
            self._expect("upgrade with a body", await link.receive(), (400,))
        except Cut:
            self.did["upgrade with a body, cut"] += 1
        await link.close()

    async def rubbish(self, link: Link) -> None:
        """What is no request. Refused or cut, and never our failure."""
        await link.open()
        try:
            await link.send(random.choice((*_RUBBISH, os.urandom(3000))))
            async with asyncio.timeout(0.2):
                answer = await link.receive()
            self._expect("rubbish", answer, (200, 400, 404, 413, 415, 422, 431))
        except (Cut, TimeoutError):
            self.did["rubbish"] += 1
        await link.close()

    def _expect(self, what: str, answer: Answer, right: tuple[int, ...]) -> None:
        self.did[what] += 1
        if answer.status not in right:
            self.wrong.append(f"{what}: {answer.status} {answer.body[:80]!r}")


async def _greedy_and_deaf(port: int) -> socket.socket:
    """A client that asks for ten thousand pages in one piece and reads none of them."""
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(deaf, ("127.0.0.1", port))
    try:
        async with asyncio.timeout(0.5):
            await loop.sock_sendall(deaf, request("GET", "/date") * 10_000)
    except TimeoutError:
        pass  # the server stopped reading
    except OSError:
        pass  # or had enough
    return deaf


async def _deaf(port: int) -> socket.socket:
    """A client that asks for a few long pages in one packet and reads none of them."""
    deaf = socket.socket()
    deaf.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(deaf, ("127.0.0.1", port))
    await loop.sock_sendall(deaf, request("GET", "/horoscope") * 32)
    await asyncio.sleep(0.005)  # memory is what they are after, not time
    return deaf
